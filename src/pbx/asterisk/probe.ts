import { once } from "node:events";
import { createConnection } from "node:net";
import type { AsteriskConfig } from "../../model/index.js";
import { type AmiMessage, amiHeader, amiReader, formatAction } from "./ami-messages.js";
import { AriClient } from "./ari-client.js";

/** What came of trying the PBX: each `why` is a sentence for an operator, without secrets. */
export interface AsteriskProbe {
  readonly ari: { readonly ok: boolean; readonly version?: string; readonly why?: string };
  readonly ami?: { readonly ok: boolean; readonly why?: string };
}

const PATIENCE_MS = 5_000;

/**
 * Tries the configured accounts, ARI by HTTP and AMI by a login. The gateway's application is never opened: that would
 * throw a running gateway out. Never rejects.
 */
export async function probeAsterisk(config: AsteriskConfig, signal?: AbortSignal): Promise<AsteriskProbe> {
  const limit = AbortSignal.any([AbortSignal.timeout(PATIENCE_MS), ...(signal === undefined ? [] : [signal])]);
  const [ari, ami] = await Promise.all([
    probeAri(config.ari),
    config.ami === undefined ? undefined : probeAmi(config.ami, limit),
  ]);
  return { ari, ...(ami === undefined ? {} : { ami }) };
}

async function probeAri(account: AsteriskConfig["ari"]): Promise<AsteriskProbe["ari"]> {
  const client = new AriClient(account, "earshot-check");
  try {
    const version = await client.version();
    if (version.ok) return { ok: true, version: version.value };
    const { host } = new URL(account.url);
    return { ok: false, why: version.status === 0 ? `nobody answers at ${host}` : version.why };
  } finally {
    await client.close();
  }
}

async function probeAmi(
  { host, port, username, secret }: NonNullable<AsteriskConfig["ami"]>,
  signal: AbortSignal,
): Promise<{ readonly ok: boolean; readonly why?: string }> {
  const socket = createConnection({ host, port });
  const reader = amiReader();
  socket.setEncoding("utf8");
  try {
    const answer = new Promise<AmiMessage>((resolve, reject) => {
      socket.on("data", (chunk: string) => {
        const response = reader.read(chunk).find((message) => amiHeader(message, "Response") !== undefined);
        if (response !== undefined) resolve(response);
      });
      socket.on("error", reject);
      socket.on("close", () => reject(new Error("closed")));
      signal.addEventListener("abort", () => reject(new Error("no answer")), { once: true });
    });
    answer.catch(() => undefined);
    await Promise.race([once(socket, "connect", { signal }), answer]);
    socket.write(
      formatAction("Login", [
        ["Username", username],
        ["Secret", secret],
        ["Events", "off"],
      ]),
    );
    if (amiHeader(await answer, "Response") === "Success") return { ok: true };
    return { ok: false, why: "the PBX refused the user or secret" };
  } catch {
    return { ok: false, why: `nobody answers at ${host}:${port}` };
  } finally {
    socket.destroy();
  }
}
