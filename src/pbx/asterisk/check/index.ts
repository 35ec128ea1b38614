import { accessLines } from "./access-lines.js";
import { accountsOf } from "./account-lines.js";
import { type Checked, type Facts, readFacts } from "./facts.js";
import type { Finding } from "./finding.js";
import { telephonyLines } from "./telephony-lines.js";

export type { Checked, Finding };

/** One line of `earshot check`. */
export interface AsteriskCheck {
  /** The account, or the setting by the name it has in the file that setup writes. */
  readonly name: string;
  run(): Promise<Finding>;
}

/**
 * Both accounts, then every setting that setup writes, each looked up at the running PBX. All of them share one look at
 * it, which changes nothing there and opens no application.
 */
export function asteriskChecks(checked: Checked): readonly AsteriskCheck[] {
  let looked: Promise<Facts> | undefined;
  const look = (): Promise<Facts> => {
    looked ??= readFacts(checked, accountsOf(checked));
    return looked;
  };
  const accounts = [
    { name: "pbx.ari", judge: ariAccount },
    ...(checked.config.ami === undefined ? [] : [{ name: "pbx.ami", judge: amiAccount }]),
  ];
  return [...accounts, ...accessLines(checked), ...telephonyLines(checked)].map(({ name, judge }) => ({
    name,
    run: async () => judge(await look()),
  }));
}

function ariAccount({ version }: Facts): Finding {
  return version.ok
    ? { status: "ok", sentence: `Asterisk ${version.value} answers` }
    : { status: "fail", sentence: version.why };
}

function amiAccount({ ami }: Facts): Finding {
  return ami.ok ? { status: "ok", sentence: "the login is accepted" } : { status: "fail", sentence: ami.why };
}
