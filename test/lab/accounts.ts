import { randomBytes } from "node:crypto";

/** A SIP account of the lab's PBX. */
export interface Account {
  readonly user: string;
  readonly password: string;
  readonly name: string;
  /** The extension the account belongs to; a `-sup` account carries that of its owner, `trunk` has none. */
  readonly extension: string | undefined;
  readonly kind: "phone" | "supervision" | "trunk";
  /** Further lines of its endpoint in pjsip.conf. */
  readonly endpoint?: readonly string[];
}

/** An account of a test's own; one of kind `phone` has its user as extension. */
export type NewAccount = Required<Pick<Account, "user" | "name" | "kind" | "endpoint">>;

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

/** The lab's accounts and those of a test's own, each with a password made now. */
export function makeAccounts(further: readonly NewAccount[] = []): Account[] {
  const password = () => randomBytes(12).toString("hex");
  const own = PEOPLE.map(({ extension, name }): Account => {
    return { user: extension, password: password(), name, extension, kind: "phone" };
  });
  const second = PEOPLE.filter(({ sup }) => sup).map(({ extension, name }): Account => {
    return { user: `${extension}-sup`, password: password(), name, extension, kind: "supervision" };
  });
  const more = further.map((account): Account => {
    return { ...account, password: password(), extension: account.kind === "phone" ? account.user : undefined };
  });
  const trunk: Account = { user: "trunk", password: password(), name: "", extension: undefined, kind: "trunk" };
  return [...own, ...second, trunk, ...more];
}
