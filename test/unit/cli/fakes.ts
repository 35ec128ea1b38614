import {
  type Answer,
  type ConfigSource,
  type Inspection,
  type PbxSetup,
  type PhonesSeen,
  type ProgramDeps,
  runProgram,
} from "../../../src/cli/index.js";
import type {
  AuditEntry,
  Extension,
  Mac,
  PersonId,
  PersonListed,
  PhoneFilesRow,
  PhoneListed,
  ProvisionExplained,
  ProvisionedFile,
  ProvisionedPhone,
} from "../../../src/model/index.js";

export const rows: readonly AuditEntry[] = [
  {
    id: 1,
    writtenAt: Date.UTC(2026, 10, 22, 9),
    late: false,
    at: Date.UTC(2026, 10, 22, 9),
    act: "listen",
    outcome: "allowed",
    supervisor: "3001",
    agent: "2001",
    mode: "listen",
    visibility: "hidden",
  },
  {
    id: 2,
    writtenAt: Date.UTC(2026, 10, 22, 10),
    late: true,
    at: Date.UTC(2026, 10, 22, 10),
    act: "coach",
    outcome: "refused",
    supervisor: "3001",
    refusal: "call-gone",
    customer: "\u001b[31m+49 30",
  },
];

export const check = {
  ok: true,
  rows: 2,
  removed: 0,
  heads: ["main:2:head"],
  notes: [],
  publicKey: "key",
} as const;

export const phone = {
  mac: "805ec0aabbcc",
  vendor: "yealink",
  model: "T46U",
  extension: "3001",
  entry: "file",
} as const;

export const status = {
  gateway: "main",
  pid: 42,
  startedAt: Date.UTC(2026, 10, 22),
  publicUrl: "http://127.0.0.1:8080",
  pbx: "connected",
  broker: "away",
  missing: ["take-over"],
  phoneFiles: "elsewhere",
} as const;

export const anaListed: PersonListed = {
  id: "2001" as PersonId,
  extension: "2001" as Extension,
  name: "Ana Ruiz",
  role: "agent",
  teams: ["support"],
  hidden: "forbidden",
  owner: "database",
  pin: "none",
};

export const listed: readonly PersonListed[] = [
  anaListed,
  {
    id: "kim" as PersonId,
    extension: "3001" as Extension,
    name: "Kim \u001b[31mOsei",
    role: "team-manager",
    teams: ["support", "sales"],
    owner: "file",
    pin: "locked",
  },
];

export const phonesListed: readonly PhoneListed[] = [
  {
    ...{ mac: "805ec0aa5001" as Mac, vendor: "yealink", model: "T46U", extension: "3001", answer: "auto", lampKey: 3 },
    ...{ push: "http", pushAddress: "http://192.0.2.31", pushUsername: "earshot", entry: "database" },
  },
  { mac: "805ec0aabbcc" as Mac, vendor: "polycom", model: "VVX411", extension: "", answer: "ring", entry: "database" },
];

export const phonesSeen: PhonesSeen = {
  standing: [
    { interface: "eth0", by: "pnp", state: "answering" },
    { interface: "eth1", by: "ssdp", state: "away", why: "eth1 has no network." },
  ],
  seen: [
    {
      by: ["ssdp", "pnp"],
      mac: "805ec0aabbcc" as Mac,
      vendor: "Yealink",
      model: "T46U \u001b[31m",
      firmware: "108.86.0.20",
      address: "192.0.2.31",
      interface: "eth0",
      firstAt: 1_764_000_000_000,
      lastAt: 1_764_000_060_000,
      extension: "3001",
    },
  ],
};

export const accessFile = "# Explained.\nuser earshot\n";

export const branchFiles: PbxSetup["files"] = [
  { name: "branch.yaml", text: "password: geheim\n", secret: true },
  { name: "earshot-branch.service", text: "DynamicUser=yes\n", secret: false },
];

export const pbxSetup: PbxSetup = {
  files: [
    { name: "http.conf", text: "enabled = yes\n", secret: false },
    { name: "ari.conf", text: "password = geheim\n", secret: true },
  ],
  text: "; all of it\n",
};

export const provisioned: ProvisionedPhone = {
  ...phone,
  mode: "overlay",
  files: ["earshot-805ec0aabbcc.cfg"],
  missing: ["Left out, because \u001b[31mof this: that."],
};

export const phoneFile = (show: boolean): ProvisionedFile => ({
  name: "earshot-805ec0aabbcc.cfg",
  text: `#!version:1.0.0.1\npush_xml.password = ${show ? "geheim" : "********"}\n`,
  secret: true,
});

export const explained: ProvisionExplained = {
  key: "voice.vad",
  mode: "overlay",
  set: { layer: "site", file: "phones/yealink/site.yaml", line: 4, value: "1" },
  over: [{ layer: "base", file: "firmware-config/yealink/base.yaml", line: 50, value: "0" }],
  not: [{ layer: "phone", file: "phones/yealink/phones/805ec0aabbcc.yaml", line: 2, why: "it is for mode full alone" }],
  listed: { source: "a guide, p. 3", since: "V81", until: "now", secret: false },
};

const given = { names: ["earshot-805ec0aabbcc.cfg"], at: Date.UTC(2026, 10, 22, 9), firmware: "108.86 \u001b[31m" };

export const filesRow: PhoneFilesRow = {
  ...{ mac: "805ec0aabbcc", vendor: "yealink", model: "T46U", extension: "3001" },
  files: { kind: "unknown", why: "There is no \u001b[31mfile." },
  given,
  resync: {
    ...{ state: "failed", orderedAt: Date.UTC(2026, 10, 22, 10), at: Date.UTC(2026, 10, 22, 11) },
    why: "the phone is not \u001b[31mregistered",
  },
};

export const nothingWrong: Inspection = { problems: [], warnings: [], probes: [] };

export function yes<T>(value: T): Promise<Answer<T>> {
  return Promise.resolve({ ok: true, value });
}

export function no(sentence: string): Promise<Answer<never>> {
  return Promise.resolve({ ok: false, sentence });
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** What the command line asked of main, in order. */
  readonly asked: readonly (readonly unknown[])[];
}

/** Runs one command line; `deps` replaces what main would do. */
export async function run(line: string, deps: Partial<ProgramDeps> = {}): Promise<Ran> {
  let out = "";
  let err = "";
  const asked: (readonly unknown[])[] = [];
  const all: ProgramDeps = {
    version: "0.1.0",
    start: (options) => yes(options),
    inspect: async () => nothingWrong,
    phones: (_: ConfigSource, { showUrls }) =>
      yes([showUrls ? { ...phone, url: "http://127.0.0.1:8080/p/key/" } : phone]),
    seen: (...given) => {
      asked.push(["seen", ...given]);
      return yes(phonesSeen);
    },
    enlist: (...given) => {
      asked.push(["enlist", ...given]);
      return yes({ ok: true, added: 1, changed: 2, same: 3 });
    },
    phoneEntries: (...given) => {
      asked.push(["phoneEntries", ...given]);
      return yes(phonesListed);
    },
    orderPhone: (...given) => {
      asked.push(["orderPhone", ...given]);
      return yes(phonesListed[0] as PhoneListed);
    },
    enlistPhones: (...given) => {
      asked.push(["enlistPhones", ...given]);
      return yes({ ok: true, added: 1, changed: 2, same: 3 });
    },
    readPassword: () => yes("hush-hush"),
    readFile: (path) => no(`${path} is not there.`),
    readAudit: () => yes(rows),
    exportAudit: async (_, __, take) => {
      await take(rows);
      return { ok: true, value: rows.length };
    },
    verifyAudit: () => yes({ check, recorded: true }),
    status: () => yes(status),
    watchBus: () => yes("interrupted" as const),
    people: () => yes(listed),
    orderPeople: () => yes(anaListed),
    makeToken: () => yes({ token: "earshot_made" }),
    revokeToken: () => yes({}),
    readPin: () => yes("2718"),
    beginProving: () => no("no phone is proved here"),
    showStep: () => yes({}),
    answerStep: () => no("no phone is proved here"),
    endProving: () => no("no phone is proved here"),
    questions: () => ({ ask: async () => undefined, close: () => undefined }),
    provisionList: () => yes([provisioned]),
    provisionFiles: (_, __, { show }) => yes([phoneFile(show)]),
    provisionExplain: () => yes(explained),
    provisionRecipe: () => yes("Name it last.\n"),
    enrol: (_, { macs }) => yes({ macs, until: Date.UTC(2026, 10, 22, 12, 30), url: "https://calls.example.com/c/" }),
    resync: () => yes({ phones: [], lastAt: 0 }),
    phoneFiles: () => yes([]),
    pbxSetup: () => yes(pbxSetup),
    branch: () => yes(undefined),
    branchFiles: () => yes(branchFiles),
    operate: () => yes(accessFile),
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    exists: () => false,
    now: () => Date.UTC(2026, 10, 22, 12),
    ...deps,
  };
  const noting = <Args extends readonly unknown[], Result>(name: string, act: (...args: Args) => Result) => {
    return (...args: Args): Result => {
      asked.push([name, ...args]);
      return act(...args);
    };
  };
  const code = await runProgram(
    line.split(" ").filter((word) => word !== ""),
    {
      ...all,
      start: noting("start", all.start),
      inspect: noting("inspect", all.inspect),
      phones: noting("phones", all.phones),
      readAudit: noting("readAudit", all.readAudit),
      exportAudit: noting("exportAudit", all.exportAudit),
      verifyAudit: noting("verifyAudit", all.verifyAudit),
      status: noting("status", all.status),
      watchBus: noting("watchBus", all.watchBus),
      people: noting("people", all.people),
      makeToken: noting("makeToken", all.makeToken),
      revokeToken: noting("revokeToken", all.revokeToken),
      orderPeople: (from, order, given) => {
        asked.push(["orderPeople", from, order, given]);
        return all.orderPeople(from, order, given);
      },
      provisionList: noting("provisionList", all.provisionList),
      provisionFiles: noting("provisionFiles", all.provisionFiles),
      provisionExplain: noting("provisionExplain", all.provisionExplain),
      enrol: noting("enrol", all.enrol),
      resync: noting("resync", all.resync),
      phoneFiles: noting("phoneFiles", all.phoneFiles),
      provisionRecipe: noting("provisionRecipe", all.provisionRecipe),
      pbxSetup: noting("pbxSetup", all.pbxSetup),
      branch: noting("branch", all.branch),
      branchFiles: noting("branchFiles", all.branchFiles),
      operate: noting("operate", all.operate),
    },
  );
  return { code, out, err, asked };
}
