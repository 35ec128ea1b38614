import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { link, open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { type BranchId, type Mac, type PersonId, parseToken, type Token } from "../model/index.js";
import { prepareFolder } from "./folder.js";

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const cipher = "aes-256-gcm";

/** What makes the record's rows hang together, each derived from `secret.key` and used for nothing else. */
export interface AuditKeys {
  /** HMAC-SHA-256 over each row and the one before it. */
  readonly chain: KeyObject;
  /** Ed25519: signs what retention took away, so that it can be checked without the secret. */
  readonly sign: KeyObject;
}

/** What is derived from `secret.key`. The key itself never leaves this room. */
export interface Secrets {
  /** The token so that only this installation can read it again, and only for this phone. */
  seal(token: Token, mac: Mac): string;
  /** The token again. Throws when it was sealed by another key or for another phone. */
  unseal(sealed: string, mac: Mac): Token;
  /** The same for the password by which documents are pushed to this phone. */
  sealPushPassword(password: string, mac: Mac): string;
  unsealPushPassword(sealed: string, mac: Mac): string;
  /** A name for the token that does not give it away: what the database and the memory know it by. */
  lookup(token: Token): string;
  /** The SIP password of an account that earshot defines at the PBX: 24 letters, digits, `-` and `_`, always the same. */
  accountPassword(account: string): string;
  /** By which a text is known again; without the key nobody can try texts against it. */
  digest(text: string): string;
  /** What a branch office signs in with at the broker, made in the same way. */
  branchPassword(branch: BranchId): string;
  /** Ed25519: signs what branch offices are to show. */
  readonly branchKey: KeyObject;
  /** The same for a token of the API. */
  apiLookup(token: string): string;
  /** What is hashed in place of a person's PIN: without the key nobody can try PINs. */
  pepper(person: PersonId, pin: string): Buffer;
  /** Key of the signatures of presses. */
  readonly pressKey: KeyObject;
  readonly audit: AuditKeys;
  /** Tells whether a database belongs to this key, and nothing else. */
  readonly fingerprint: string;
}

/**
 * Reads `secret.key` of the data folder, or makes it when there is none.
 * Throws when others can read it, or when it is not 32 bytes long. No message contains a secret.
 */
export async function loadSecrets(folder: string): Promise<Secrets> {
  await prepareFolder(folder);
  const file = join(folder, "secret.key");
  const key = (await readKey(file)) ?? (await makeKey(folder, file));
  return derive(key);
}

/** The same of a data folder that has a `secret.key`; undefined where there is none, or it cannot be used. */
export async function knownSecrets(folder: string): Promise<Secrets | undefined> {
  const key = await readKey(join(folder, "secret.key")).catch(() => undefined);
  return key === undefined ? undefined : derive(key);
}

async function readKey(file: string): Promise<Buffer | undefined> {
  const handle = await open(file, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  try {
    const { mode } = await handle.stat();
    if (process.platform !== "win32" && (mode & 0o077) !== 0)
      throw new Error(
        `${file} can be read by others (mode ${(mode & 0o777).toString(8)}). If nobody did: chmod 600 it. Otherwise ` +
          "remove it together with earshot.db, which gives every phone a new URL",
      );
    const key = await handle.readFile();
    if (key.length !== keyBytes)
      throw new Error(
        `${file} is broken: it has ${key.length} bytes and must have ${keyBytes}. Restore it from a backup`,
      );
    return key;
  } finally {
    await handle.close();
  }
}

async function makeKey(folder: string, file: string): Promise<Buffer> {
  const key = randomBytes(keyBytes);
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  const handle = await open(draft, "wx", 0o600);
  try {
    await handle.writeFile(key);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    // A link, not a rename: of two gateways that start together exactly one makes the key, and it is never half there.
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const theirs = await readKey(file);
    if (theirs === undefined) throw new Error(`${file} vanished while it was read`);
    return theirs;
  } finally {
    await unlink(draft);
  }
  await syncFolder(folder);
  return key;
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function derive(key: Buffer): Secrets {
  const part = (name: string): KeyObject =>
    createSecretKey(new Uint8Array(hkdfSync("sha256", key, "", `earshot ${name} v1`, keyBytes)));
  const branchAccountKey = part("branch account");
  const sealKey = part("token seal");
  const pushKey = part("push password seal");
  const lookupKey = part("token lookup");
  const accountKey = part("sip account");
  const digestKey = part("file digest");
  const pinKey = part("pin");
  const apiKey = part("api token lookup");
  return {
    accountPassword: (account) => createHmac("sha256", accountKey).update(account).digest("base64url").slice(0, 24),
    digest: (text) => createHmac("sha256", digestKey).update(text).digest("base64url"),
    branchPassword: (branch) => createHmac("sha256", branchAccountKey).update(branch).digest("base64url").slice(0, 32),
    branchKey: ed25519(part("branch signing")),
    seal: (token, mac) => seal(sealKey, token, mac),
    unseal: (sealed, mac) => {
      const token = parseToken(unseal(sealKey, sealed, mac) ?? "");
      if (token === undefined) throw new Error(`the token of phone ${mac} cannot be opened with secret.key`);
      return token;
    },
    sealPushPassword: (password, mac) => seal(pushKey, password, mac),
    unsealPushPassword: (sealed, mac) => {
      const password = unseal(pushKey, sealed, mac);
      if (password === undefined) throw new Error(`the push password of ${mac} cannot be opened with secret.key`);
      return password;
    },
    lookup: (token) => createHmac("sha256", lookupKey).update(token).digest("base64url"),
    apiLookup: (token) => createHmac("sha256", apiKey).update(token).digest("base64url"),
    pepper: (person, pin) =>
      createHmac("sha256", pinKey)
        .update(JSON.stringify([person, pin]))
        .digest(),
    pressKey: part("press signing"),
    audit: { chain: part("audit chain"), sign: ed25519(part("audit checkpoint")) },
    fingerprint: createHmac("sha256", part("fingerprint")).update("earshot").digest("base64url"),
  };
}

/** An Ed25519 key is any 32 bytes; this is what stands before them in PKCS #8 (RFC 8410, section 7). */
const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");

function ed25519(seed: KeyObject): KeyObject {
  return createPrivateKey({ key: Buffer.concat([pkcs8, seed.export()]), format: "der", type: "pkcs8" });
}

/** What checks a signature made with this key: SPKI, base64. */
export function publicKeyText(sign: KeyObject): string {
  return createPublicKey(sign).export({ format: "der", type: "spki" }).toString("base64");
}

function seal(key: KeyObject, text: string, mac: Mac): string {
  const nonce = randomBytes(nonceBytes);
  const box = createCipheriv(cipher, key, nonce).setAAD(Buffer.from(mac));
  const closed = Buffer.concat([box.update(text, "utf8"), box.final()]);
  return Buffer.concat([nonce, box.getAuthTag(), closed]).toString("base64url");
}

/** Undefined where it was sealed by another key or for another phone; what the cipher says helps nobody. */
function unseal(key: KeyObject, sealed: string, mac: Mac): string | undefined {
  const all = Buffer.from(sealed, "base64url");
  try {
    const box = createDecipheriv(cipher, key, all.subarray(0, nonceBytes), { authTagLength: tagBytes })
      .setAAD(Buffer.from(mac))
      .setAuthTag(all.subarray(nonceBytes, nonceBytes + tagBytes));
    return Buffer.concat([box.update(all.subarray(nonceBytes + tagBytes)), box.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}
