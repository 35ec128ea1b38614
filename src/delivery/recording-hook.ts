import { Agent, request } from "undici";
import type { PrivacyNews, RecordingHook } from "../model/index.js";

const patienceMs = 3_000;
const connectMs = 2_000;

/** Where a site's recorder is told of private calls. */
export interface HookTarget {
  readonly url: string;
  /** Sent as a bearer token. */
  readonly password?: string;
}

/** Posts each beginning and end of a private call to the site's own address, as JSON. Redirects are not followed. */
export class HttpRecordingHook implements RecordingHook {
  readonly #agent = new Agent({ connect: { timeout: connectMs }, keepAliveTimeout: 1_000 });
  readonly #target: HookTarget;

  constructor(target: HookTarget) {
    this.#target = target;
  }

  async tell({ call, legs, private: on, at }: PrivacyNews): Promise<string | undefined> {
    const { url, password } = this.#target;
    try {
      const { statusCode, body } = await request(url, {
        method: "POST",
        dispatcher: this.#agent,
        signal: AbortSignal.timeout(patienceMs),
        headers: { "content-type": "application/json", ...(password && { authorization: `Bearer ${password}` }) },
        body: JSON.stringify({ call, channels: legs, private: on, at: new Date(at).toISOString() }),
      });
      await body.dump();
      return statusCode >= 200 && statusCode < 300 ? undefined : `it answered ${statusCode}`;
    } catch (error) {
      const timedOut = error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError");
      return timedOut ? "it did not answer in time" : "it cannot be reached";
    }
  }

  async stop(): Promise<void> {
    await this.#agent.destroy();
  }
}
