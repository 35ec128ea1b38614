import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Complain } from "./polycom-facts.ts";
import type { Switches } from "./polycom-switches.ts";

const realm = "PUSH Authentication";
const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

/** The push server's digest (3): MD5, with qop by RFC 2617 or without by RFC 2069. */
export class PolycomDigest {
  /** How often each nonce has been used. */
  readonly #nonces = new Map<string, number>();
  readonly #switches: Switches;
  readonly #credentials: { readonly username: string; readonly password: string };

  constructor(switches: Switches, credentials: { readonly username: string; readonly password: string }) {
    this.#switches = switches;
    this.#credentials = credentials;
  }

  /** How often a challenge was sent. */
  get challenges(): number {
    return this.#nonces.size;
  }

  /** A new challenge for `WWW-Authenticate`. */
  challenge(): string {
    const nonce = randomBytes(12).toString("hex");
    this.#nonces.set(nonce, 0);
    const qop = this.#switches.digestQop ? ', qop="auth"' : "";
    return `Digest realm="${realm}", nonce="${nonce}", algorithm=MD5${qop}`;
  }

  /** Whether a request is signed by who may push, with a nonce that still counts. */
  accepts({ headers, method = "", url = "" }: IncomingMessage, complain: Complain): boolean {
    const { authorization = "" } = headers;
    if (/^basic/i.test(authorization)) complain("push-basic", "Basic credentials");
    if (!authorization.startsWith("Digest ")) return false;
    const field = (name: string): string => {
      const [, quoted, bare] = new RegExp(`[ ,]${name}=(?:"([^"]*)"|([^,\\s"]+))`).exec(authorization) ?? [];
      return quoted ?? bare ?? "";
    };
    const uses = this.#nonces.get(field("nonce"));
    if (uses === undefined || (this.#switches.nonceOnce && uses > 0)) return false;
    const { digestQop } = this.#switches;
    if (field("uri") !== url) complain("push-digest", `uri ${field("uri")}`);
    if (/nc="|qop="/.test(authorization)) complain("push-digest", "qop or nc in quotes");
    if (digestQop !== (field("qop") === "auth")) complain("push-digest", `qop ${field("qop")}`);
    if (digestQop && Number.parseInt(field("nc"), 16) !== uses + 1) complain("push-digest", `nc=${field("nc")}`);
    const { username, password } = this.#credentials;
    const middle = digestQop ? `:${field("nc")}:${field("cnonce")}:auth` : "";
    const wanted = md5(
      `${md5(`${username}:${realm}:${password}`)}:${field("nonce")}${middle}:${md5(`${method}:${url}`)}`,
    );
    if (field("username") !== username || field("realm") !== realm || field("response") !== wanted) return false;
    this.#nonces.set(field("nonce"), uses + 1);
    return true;
  }
}
