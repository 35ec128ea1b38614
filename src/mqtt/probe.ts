import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { connect } from "mqtt";
import type { BrokerAccount, Listen, MqttConfig } from "../model/index.js";
import type { BrokerLink } from "./embedded-broker.js";
import { hostInUrl, ListenError } from "./listening.js";

/** What `earshot check` says about the broker. */
export interface Probe {
  readonly ok: boolean;
  readonly sentence: string;
}

const probeTimeoutMs = 5000;
const connackWords: Readonly<Record<number, string>> = {
  1: "it does not speak MQTT 3.1.1",
  2: "it refuses the client id",
  3: "it says that it is not available",
  4: "it refuses the username or the password",
  5: "it refuses the username or the password",
};

/** What OpenSSL calls a certificate that nobody known vouches for. */
const unknownAuthority = new Set([
  "SELF_SIGNED_CERT_IN_CHAIN",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_SIGNATURE_FAILURE",
]);
const tlsWords: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS on this port",
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: "it asks for a certificate (see mqtt.certFile)",
};

type Attempt = { readonly in: true } | { readonly in: false; readonly code?: number; readonly why: string };

/**
 * Tries the broker without disturbing anybody on it: one elsewhere by signing in, the embedded one by its port, which
 * is well when it is free or when a broker with our accounts has it (the running gateway). No sentence has a secret.
 */
export async function probeBroker(config: MqttConfig): Promise<Probe> {
  if (config.kind === "embedded") return probePort(config.listen, config.accounts);
  const where = new URL(config.url).host;
  const attempt = await attemptSignIn(config);
  if (attempt.in) return { ok: true, sentence: `The MQTT broker at ${where} lets earshot in.` };
  if (attempt.code === 5 && config.username === undefined) {
    const sentence = `The MQTT broker at ${where} cannot be used: it lets nobody in without a username and a password.`;
    return { ok: false, sentence };
  }
  return { ok: false, sentence: `The MQTT broker at ${where} cannot be used: ${attempt.why}.` };
}

async function probePort(listen: Listen, accounts: readonly BrokerAccount[]): Promise<Probe> {
  const where = `${hostInUrl(listen.host)}:${listen.port}`;
  const fault = await tryListening(listen);
  if (fault === undefined) return { ok: true, sentence: `The embedded MQTT broker can listen on ${where}.` };
  if (fault.fault !== "port-taken")
    return { ok: false, sentence: `The embedded MQTT broker cannot start: ${fault.message}.` };
  const [account] = accounts;
  const to = listen.host === "0.0.0.0" ? "127.0.0.1" : listen.host === "::" ? "::1" : listen.host;
  const attempt = await attemptSignIn({
    url: `mqtt://${hostInUrl(to)}:${listen.port}`,
    ...(account && { username: account.username, password: account.password }),
  });
  if (attempt.in && account !== undefined)
    return { ok: true, sentence: `A broker that knows account ${account.username} has ${where}: the running gateway.` };
  if (!attempt.in && account === undefined && attempt.code === 5)
    return { ok: true, sentence: `A broker that lets no stranger in has ${where}: presumably the running gateway.` };
  return { ok: false, sentence: `The embedded MQTT broker cannot start: ${fault.message}.` };
}

function tryListening(listen: Listen): Promise<ListenError | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve(new ListenError(listen, error)));
    server.listen(listen.port, listen.host, () => server.close(() => resolve(undefined)));
  });
}

function attemptSignIn({ url, username, password, ca, identity }: BrokerLink): Promise<Attempt> {
  return new Promise((resolve) => {
    const client = connect(url, {
      protocolVersion: 4,
      clientId: `earshot-check-${randomBytes(4).toString("hex")}`,
      clean: true,
      reconnectPeriod: 0,
      connectTimeout: probeTimeoutMs,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(ca === undefined ? {} : { ca }),
      ...identity,
    });
    let outcome: Attempt = { in: false, why: "it closed the connection without a word" };
    client.once("connect", () => {
      outcome = { in: true };
      client.end();
    });
    client.on("error", (error) => {
      outcome = refused(error);
      client.end(true);
    });
    client.once("close", () => {
      client.end(true);
      resolve(outcome);
    });
  });
}

function refused(error: Error): Attempt {
  const { code } = error as { code?: unknown };
  if (typeof code === "number") return { in: false, code, why: connackWords[code] ?? `it refuses (code ${code})` };
  if (code === "ECONNREFUSED") return { in: false, why: "nothing listens there" };
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return { in: false, why: "the name of the host is not known" };
  if (typeof code === "string" && unknownAuthority.has(code))
    return { in: false, why: "its certificate is from an authority this machine does not know (see mqtt.caFile)" };
  const tls = typeof code === "string" ? tlsWords[code] : undefined;
  if (tls !== undefined) return { in: false, why: tls };
  // Alerts of brokers say little more: unknown authority, expired, revoked, another key.
  if (typeof code === "string" && /^ERR_SSL_.*ALERT/.test(code))
    return { in: false, why: "it refuses the certificate in mqtt.certFile, or one in its chain" };
  if (error.message === "connack timeout" || code === "ETIMEDOUT") return { in: false, why: "it does not answer" };
  return { in: false, why: error.message || String(code) };
}
