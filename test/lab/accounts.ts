import { randomBytes } from "node:crypto";

/** A SIP account of the lab's PBX. */
export interface Account {
  readonly user: string;
  readonly password: string;
  readonly name: string;
  /** The extension the account belongs to; a `-sup` account carries that of its owner, `trunk` has none. */
  readonly extension: string | undefined;
  readonly kind: "phone" | "supervision" | "trunk";
}

/** Everybody the lab knows; `sup` gives a second account that no hint watches and that cannot be transferred. */
const PEOPLE = [
  { extension: "2001", name: "Ana Ruiz", sup: false },
  { extension: "2002", name: "Ben Okafor", sup: false },
  { extension: "2003", name: "Dita Novak", sup: true },
  { extension: "3001", name: "Kim Osei", sup: true },
  { extension: "3002", name: "Lea Brandt", sup: true },
  { extension: "3009", name: "Max Adler", sup: true },
  { extension: "4001", name: "Back Office", sup: false },
] as const;

/** Members of the queue `support`, in the order they are rung. */
export const QUEUE_MEMBERS = ["2001", "2002", "2003"] as const;

/** The lab's accounts, each with a password made now. */
export function makeAccounts(): Account[] {
  const password = () => randomBytes(12).toString("hex");
  const own = PEOPLE.map(({ extension, name }): Account => {
    return { user: extension, password: password(), name, extension, kind: "phone" };
  });
  const second = PEOPLE.filter(({ sup }) => sup).map(({ extension, name }): Account => {
    return { user: `${extension}-sup`, password: password(), name, extension, kind: "supervision" };
  });
  return [...own, ...second, { user: "trunk", password: password(), name: "", extension: undefined, kind: "trunk" }];
}
