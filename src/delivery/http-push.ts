import { Agent, request } from "undici";
import type { Mac, PhonePush, Pushed } from "../model/index.js";
import { authorization, type Challenge, challengeOf } from "./digest.js";

type Target = Extract<PhonePush, { by: "http" }>;

/** One document on its way to a phone's own web server. */
export interface Post {
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
  /** What the reply must say, in lower case, so that the phone's word counts. */
  readonly confirmedBy?: string;
}

interface Session {
  readonly challenge: Challenge;
  uses: number;
}

/** A push as a whole, all its requests together. */
const patienceMs = 5_000;
const connectMs = 2_000;
/** Without credentials, with those of an old nonce, with those of the new one. */
const triesPerPush = 3;
const longestReply = 64 * 1024;

/**
 * Posts to phones by digest (RFC 7616). Success to our credentials is the phone's own word that it has the document, where
 * its make needs no words for that, or says them; success without a challenge is not: anybody may sit at that address.
 */
export class HttpPush {
  /** Each phone is waited for alone: no phone's push is ever held up by another's. */
  readonly #agent = new Agent({
    connect: { timeout: connectMs },
    keepAliveTimeout: 1_000,
    maxResponseSize: longestReply,
  });
  readonly #sessions = new Map<Mac, Session>();
  readonly #referer: (origin: string) => Promise<string>;

  /**
   * @param referer our own address as phones know it, or as the phone at that origin does: some compare it with the
   * address they take pushes from.
   */
  constructor(referer: string | ((origin: string) => Promise<string>)) {
    this.#referer = typeof referer === "string" ? async () => referer : referer;
  }

  /** Never rejects; answers within five seconds. */
  async post(mac: Mac, target: Target, post: Post): Promise<Pushed> {
    try {
      return await this.#post(mac, target, post, AbortSignal.timeout(patienceMs));
    } catch (error) {
      return failed(whyOf(error), true);
    }
  }

  async stop(): Promise<void> {
    await this.#agent.destroy();
  }

  async #post(mac: Mac, target: Target, post: Post, signal: AbortSignal): Promise<Pushed> {
    let fresh = false;
    for (let tries = 0; tries < triesPerPush; tries += 1) {
      const session = this.#sessions.get(mac);
      const { status, challenge, says } = await this.#request(target, post, session, signal);
      if (status >= 200 && status < 300) return { outcome: session && says ? "confirmed" : "sent" };
      if (status !== 401) return refusal(status);
      this.#sessions.delete(mac);
      if (!challenge) return failed("the phone asks for a sign-in that earshot does not know", false);
      if (session && fresh && !challenge.stale) return failed("the phone refuses user or password", false);
      this.#sessions.set(mac, { challenge, uses: 0 });
      fresh = true;
    }
    this.#sessions.delete(mac);
    return failed("the phone's sign-in does not come to an end", true);
  }

  async #request(
    { origin, username, password }: Target,
    { path, contentType, body, confirmedBy }: Post,
    session: Session | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly status: number; readonly challenge: Challenge | undefined; readonly says: boolean }> {
    const method = "POST";
    if (session) session.uses += 1;
    const signedIn = session && {
      authorization: authorization(
        session.challenge,
        { username, password },
        { method, uri: path, count: session.uses },
      ),
    };
    const referer = await this.#referer(origin);
    const reply = await request(`${origin}${path}`, {
      method,
      dispatcher: this.#agent,
      signal,
      headers: { "content-type": contentType, referer, ...signedIn },
      body,
    });
    const words = confirmedBy === undefined ? "" : await reply.body.text();
    if (confirmedBy === undefined) await reply.body.dump({ limit: longestReply, signal });
    const says = confirmedBy === undefined || words.toLowerCase().includes(confirmedBy);
    return { status: reply.statusCode, challenge: challengeOf(reply.headers["www-authenticate"]), says };
  }
}

function refusal(status: number): Pushed {
  switch (status) {
    case 403:
      return failed("the phone takes no push from this address (403)", false);
    case 404:
    case 405:
      return failed(`the phone knows no push (${status})`, false);
    default:
      return failed(`the phone answered ${status}`, true);
  }
}

function failed(why: string, again: boolean): Pushed {
  return { outcome: "failed", why, again };
}

/** In words that hold neither address nor password. */
function whyOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const late = error instanceof Error && error.name === "TimeoutError";
  if (late || code === "UND_ERR_CONNECT_TIMEOUT") return "the phone does not answer in time";
  if (code === "ECONNREFUSED") return "nobody listens at the phone's address";
  return `the phone cannot be reached${code === "" ? "" : ` (${code})`}`;
}
