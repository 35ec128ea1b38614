import { stringify } from "yaml";
import { type Branch, branchAccountName, type Config } from "../model/index.js";

/** What stands in the file of a branch beside the configuration. */
export interface BranchSecrets {
  /** Of its account at the broker. */
  readonly password: string;
  /** The gateway's public key: SPKI, base64. */
  readonly gateway: string;
}

const explained = [
  "Holds passwords: for root, or the user of the branch's process, alone (chmod 600).",
  "Write it again when phones of this branch, their passwords, mqtt or secret.key change.",
];

/** The file of one branch office: its account at the broker, the gateway's public key, its phones, and nothing else. */
export function branchFileText(config: Config, { id, url, ca }: Branch, { password, gateway }: BranchSecrets): string {
  const phones = config.phones.flatMap(({ mac, branch, push }) => {
    if (branch !== id || push?.by !== "http") return [];
    return [{ mac, address: push.origin, username: push.username, password: push.password }];
  });
  const username = branchAccountName(id);
  const broker = { url, username, password, base: config.mqtt.base, ...(ca !== undefined && { ca }) };
  const header = [`The branch office ${id} of the gateway ${config.gateway}, written by: earshot operate branch ${id}`];
  const comments = [...header, ...explained].map((line) => `# ${line}\n`).join("");
  return (
    comments +
    stringify(
      { branch: id, gateway, broker, phones },
      { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN", lineWidth: 0 },
    )
  );
}
