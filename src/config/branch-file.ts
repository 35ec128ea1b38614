import { createPublicKey, type KeyObject } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import {
  type BranchId,
  type Mac,
  type PhonePush,
  type Problem,
  parseBranchId,
  parseMac,
  parseName,
} from "../model/index.js";
import { type Finding, listAt, type Path, type Reading, readDocument, textAt } from "./document.js";
import { checkAgainst, sentence } from "./issues.js";
import { pathText, shown } from "./paths.js";
import { fileTrouble } from "./secrets.js";
import { list, map, matching, shaped, text, value } from "./shapes.js";
import { parseBrokerUrl, parsePhoneOrigin } from "./values.js";

/** All that the process of a branch office is told: no person, no page, no key of a phone. */
export interface BranchFile {
  readonly branch: BranchId;
  readonly base: string;
  readonly broker: {
    readonly url: string;
    readonly username: string;
    readonly password: string;
    readonly ca?: string;
  };
  /** The gateway's, Ed25519. */
  readonly gateway: KeyObject;
  readonly phones: readonly {
    readonly mac: Mac;
    readonly push: Extract<PhonePush, { by: "http" }>;
  }[];
}

export type BranchFileResult =
  | { readonly ok: true; readonly file: BranchFile }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const name = shaped("1 to 200 characters on one line", parseName);
const secret = shaped("a password on one line", matching(/^[^\p{Cc}]{1,1000}$/u));
const publicKey = shaped("the gateway's public key, as `earshot operate branch` writes it", parsePublicKey);
const base = shaped(
  "words of letters, digits, `_` and `-`, joined by `/`",
  matching(/^(?=.{1,128}$)[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*$/),
);
const certificates = shaped(
  "certificates (PEM)",
  matching(/^(?:-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+$/),
);

const schema = map(
  {
    branch: value("the id of the branch office", shaped("1 to 50 letters, digits, `_` and `-`", parseBranchId)),
    gateway: value("the gateway's public key", publicKey),
    broker: map(
      {
        url: value("where the broker is", parseBrokerUrl),
        username: value("the account of the branch", name),
        // Said without what was written, which is a secret.
        password: text("its password").refine((written) => secret(written).ok, { error: "must be one line of text" }),
        base: value("the first word of every topic", base).default("earshot"),
        ca: value("who vouches for the broker", certificates).optional(),
      },
      "the account at the broker (`url`, `username`, `password`)",
    ),
    phones: list(
      map(
        {
          mac: value("the address on its label", shaped("a MAC address such as `805ec0aabbcc`", parseMac)),
          address: value("its own web server, such as `http://192.0.2.31`", parsePhoneOrigin),
          username: value("the name it takes pushes under", name),
          password: text("its password").refine((written) => secret(written).ok, { error: "must be one line of text" }),
        },
        "a phone",
      ),
    ),
  },
  "the file of a branch office, as `earshot operate branch <id>` writes it",
);

/** Reads the file of a branch office. Never throws: a file that cannot be used is problems, by line. */
export function readBranchFile(path: string): BranchFileResult {
  const whole = (words: string): BranchFileResult => {
    return { ok: false, problems: [{ file: path, line: 1, column: 1, key: "", sentence: words }] };
  };
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    return whole(`The file of the branch cannot be read: ${fileTrouble(error)}.`);
  }
  if (process.platform !== "win32" && (statSync(path).mode & 0o007) !== 0) {
    return whole("The file holds passwords and is open to every user of this machine; take that away (chmod o=).");
  }
  const reading = readDocument(text);
  const { written, findings } = checkAgainst(schema, reading, reading.tree ?? {});
  const wrong = [...reading.findings, ...findings, ...twice(reading)];
  if (written === undefined || wrong.length > 0) {
    return {
      ok: false,
      problems: wrong.map(({ path: key, ...rest }) => ({ file: path, key: pathText(key), ...rest })),
    };
  }
  const { branch, gateway, broker, phones } = written;
  const { base: topics, ca, ...account } = broker;
  return {
    ok: true,
    file: {
      ...{ branch, gateway, base: topics },
      broker: { ...account, ...(ca !== undefined && { ca }) },
      phones: phones.map(({ mac, address: origin, username, password }) => {
        return { mac, push: { by: "http", origin, username, password } };
      }),
    },
  };
}

function twice(reading: Reading): readonly Finding[] {
  const macs = listAt(reading.tree, ["phones"]).map((_, index) => {
    const written = textAt(reading.tree, ["phones", index, "mac"]) ?? "";
    return parseMac(written);
  });
  return macs.flatMap((mac, index) => {
    if (mac === undefined || macs.indexOf(mac) === index) return [];
    const path: Path = ["phones", index, "mac"];
    return [{ ...reading.valueAt(path), path, sentence: sentence(path, `is ${shown(mac)}, which is there already`) }];
  });
}

function parsePublicKey(text: string): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(text, "base64"), format: "der", type: "spki" });
    return key.asymmetricKeyType === "ed25519" ? key : undefined;
  } catch {
    return undefined;
  }
}
