import { createHash, randomBytes } from "node:crypto";
import {
  type Clock,
  type DeskModel,
  type Mac,
  type Person,
  type Phone,
  type Phones,
  parseMac,
  parseToken,
  type Token,
} from "../../model/index.js";
import { modelOf } from "./drawable.js";

export const sessionMs = 12 * 60 * 60_000;
/** Of one person at a time; a further one ends the oldest. */
const mostOfOnePerson = 4;

/** One administrator at one browser, with the phone that is drawn there. */
export interface Session {
  readonly person: Person;
  /** Its `rings` is the phone that was chosen. */
  readonly phone: Phone;
  readonly token: Token;
}

interface Kept {
  session: Session;
  readonly cancel: () => void;
}

export interface SessionsOptions {
  readonly clock: Clock;
  readonly phones: Phones;
  /** What a phone can be drawn as. */
  readonly models: readonly DeskModel[];
  /** Told when a session is over, at sign-out and when its time is up; its token is dead already. */
  readonly over: (session: Session, why: "signed-out" | "expired") => void;
}

/**
 * The sessions of the desk, in memory alone. Each has a phone of its own, with a MAC address and a token that belong to
 * no phone of anybody.
 */
export class Sessions {
  readonly #options: SessionsOptions;
  /** By the hash of the cookie. */
  readonly #kept = new Map<string, Kept>();
  readonly #byToken = new Map<Token, string>();
  readonly #byMac = new Map<Mac, string>();

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** Gives the secret of the cookie. */
  open(person: Person): string {
    const own = [...this.#kept].filter(([, { session }]) => session.person.id === person.id);
    const [oldest] = own;
    if (oldest && own.length >= mostOfOnePerson) this.#end(oldest[0], "signed-out");
    const secret = randomBytes(32).toString("base64url");
    const key = keyOf(secret);
    const choices = this.choices(person);
    const [only, another] = choices;
    const phone = this.#drawn(person, only && !another ? only : "nobody");
    const token = newToken();
    const cancel = this.#options.clock.after(sessionMs, () => this.#end(key, "expired"));
    this.#kept.set(key, { session: { person, phone, token }, cancel });
    this.#byToken.set(token, key);
    this.#byMac.set(phone.mac, key);
    return secret;
  }

  of(secret: string | undefined): Session | undefined {
    return secret === undefined ? undefined : this.#kept.get(keyOf(secret))?.session;
  }

  /** False when there was none. */
  close(secret: string): boolean {
    return this.#end(keyOf(secret), "signed-out");
  }

  closeAll(): void {
    for (const { cancel } of this.#kept.values()) cancel();
    for (const map of [this.#kept, this.#byToken, this.#byMac]) map.clear();
  }

  /** The real phones that can be rung for this person. */
  choices(person: Person): readonly Phone[] {
    return this.#options.phones.of(person.id);
  }

  /** The session with that phone chosen; undefined where it is not theirs. */
  choose(secret: string, mac: Mac): Session | undefined {
    const kept = this.#kept.get(keyOf(secret));
    const chosen = kept && this.choices(kept.session.person).find((phone) => phone.mac === mac);
    if (!kept || !chosen) return undefined;
    const { session } = kept;
    const { vendor, model } = session.phone;
    kept.session = { ...session, phone: drawnPhone(session.person, chosen, { vendor, model }, session.phone.mac) };
    return kept.session;
  }

  /** The session with its phone drawn as that model. */
  drawAs(secret: string, { vendor, model }: DeskModel): Session | undefined {
    const kept = this.#kept.get(keyOf(secret));
    if (!kept) return undefined;
    kept.session = { ...kept.session, phone: { ...kept.session.phone, vendor, model } };
    return kept.session;
  }

  /** The sessions whose chosen phone this was, as they are now; what they lead is ended by whoever asked, with `before`. */
  rechoose(mac: Mac, now: Phone | undefined): readonly { readonly before: Session; readonly after: Session }[] {
    return [...this.#kept.values()].flatMap((kept) => {
      const before = kept.session;
      const { person, phone } = before;
      if (phone.rings === undefined || phone.rings === "nobody" || phone.rings.mac !== mac) return [];
      const rings = now?.owner === person.id ? now : "nobody";
      kept.session = { ...before, phone: drawnPhone(person, rings, phone, phone.mac) };
      return [{ before, after: kept.session }];
    });
  }

  /** Every session there is. */
  all(): readonly Session[] {
    return [...this.#kept.values()].map(({ session }) => session);
  }

  macOf(token: Token): Mac | undefined {
    const key = this.#byToken.get(token);
    return key === undefined ? undefined : this.#kept.get(key)?.session.phone.mac;
  }

  phone(mac: Mac): Phone | undefined {
    const key = this.#byMac.get(mac);
    return key === undefined ? undefined : this.#kept.get(key)?.session.phone;
  }

  /** As the model of the real phone where that can be drawn. */
  #drawn(person: Person, rings: Phone | "nobody"): Phone {
    const { models } = this.#options;
    const model = (rings === "nobody" ? undefined : modelOf(models, rings)) ?? models[0];
    if (!model) throw new Error("no make of phone can be drawn");
    return drawnPhone(person, rings, model);
  }

  #end(key: string, why: "signed-out" | "expired"): boolean {
    const kept = this.#kept.get(key);
    if (!kept) return false;
    kept.cancel();
    this.#kept.delete(key);
    this.#byToken.delete(kept.session.token);
    this.#byMac.delete(kept.session.phone.mac);
    this.#options.over(kept.session, why);
    return true;
  }
}

function keyOf(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}

function drawnPhone(
  owner: Person,
  rings: Phone | "nobody",
  { vendor, model }: Pick<Phone, "vendor" | "model">,
  mac: Mac = newMac(),
): Phone {
  const answer = rings === "nobody" ? "ring" : rings.answer;
  return { mac, vendor, model, owner: owner.id, answer, rings };
}

/** A locally administered address: no maker has it. */
function newMac(): Mac {
  const mac = parseMac(`02${randomBytes(5).toString("hex")}`);
  if (mac === undefined) throw new Error("a new MAC address does not have the shape of one");
  return mac;
}

/** 128 random bits in 22 URL-safe characters. */
function newToken(): Token {
  const token = parseToken(randomBytes(16).toString("base64url"));
  if (token === undefined) throw new Error("a new token does not have the shape of one");
  return token;
}
