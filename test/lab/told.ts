import { expect } from "vitest";
import type { AsteriskConfig, Person } from "../../src/model/index.js";
import { asteriskChecks, type Finding } from "../../src/pbx/asterisk/index.js";
import { AsteriskLab, type AsteriskOptions } from "./asterisk.ts";
import { everybody, LAB_GATEWAY, labPbx } from "./earshot-config.ts";

/** What check told, by name. */
export type Told = Readonly<Record<string, Finding>>;

/** A line of a file as setup writes it, and what the site has instead; nothing by default. */
export interface Slip {
  readonly file: string;
  readonly line: string;
  readonly instead?: string;
  /** Of several such lines, the one in this section; by default all. */
  readonly section?: string;
}

/** A site that has made a slip. */
export function slipped({ file, line, instead = "", section }: Slip): Pick<AsteriskOptions, "edited"> {
  return {
    edited: (name, text) => {
      if (name !== file) return text;
      const from = section === undefined ? 0 : text.indexOf(`\n[${section}]`);
      const rest = text.slice(from);
      const changed =
        section === undefined
          ? rest.replaceAll(`\n${line}\n`, `\n${instead}\n`)
          : rest.replace(`\n${line}\n`, `\n${instead}\n`);
      if (from < 0 || changed === rest) throw new Error(`${file} has no line ${line}`);
      return text.slice(0, from) + changed;
    },
  };
}

/** A PBX that says nothing of its files when it starts: no warning, no error. */
export async function readsThemGladly(lab: AsteriskLab): Promise<void> {
  expect((await lab.log()).split("\n").filter((line) => /WARNING|ERROR/.test(line))).toEqual([]);
}

/** What check tells of a real Asterisk, by name, while `meanwhile` holds. */
export async function told(
  options: AsteriskOptions,
  {
    config = (right) => right,
    people = [],
    meanwhile = async () => undefined,
  }: {
    readonly config?: (right: AsteriskConfig) => AsteriskConfig;
    readonly people?: readonly Person[];
    readonly meanwhile?: (lab: AsteriskLab) => Promise<unknown>;
  } = {},
): Promise<Told> {
  const lab = new AsteriskLab(options);
  try {
    await lab.start();
    await meanwhile(lab);
    const checks = asteriskChecks({
      config: config(
        labPbx({ ports: lab.ports, ari: lab.ariUser, ami: lab.amiUser, ...(options.sip && { sip: options.sip }) }),
      ),
      gateway: LAB_GATEWAY,
      people: [...everybody(lab), ...people],
      phones: options.desks ?? [],
      password: (account) =>
        account === options.sip?.username
          ? options.sip.password
          : (lab.accounts.find(({ user }) => user === account)?.password ?? ""),
    });
    return Object.fromEntries(await Promise.all(checks.map(async ({ name, run }) => [name, await run()] as const)));
  } finally {
    await lab.stop();
  }
}

/** The names of the lines of a status. */
export function by(status: Finding["status"], lines: Told): string[] {
  return Object.keys(lines).filter((name) => lines[name]?.status === status);
}

/** A call that needs no phone. */
export async function aCall(lab: AsteriskLab): Promise<void> {
  const query = new URLSearchParams({ endpoint: "Local/echo@phones", extension: "echo", context: "phones" });
  await lab.ari("POST", `/channels?${query}`);
  await expect.poll(async () => (await lab.ari("GET", "/channels")) as unknown[], { timeout: 10_000 }).not.toEqual([]);
}
