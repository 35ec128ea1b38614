import { setTimeout as pause } from "node:timers/promises";
import { AriServer } from "./ari-server.ts";
import { BootingPhone } from "./booting-phone.ts";
import { Child } from "./child.ts";
import { ariPbx, Earshot } from "./earshot.ts";
import { Line } from "./line.ts";
import { nameOf, stories } from "./recording.ts";
import { median, quantile } from "./statistics.ts";
import { compared, figure, type Row, ratio } from "./table.ts";

const PHONES = 200;
const ROUNDS = 5;
/** Of the board's pages under attack: phones, and how often each asks. */
const READERS = 16;
const EVERY_MS = 50;
const LOOK_MS = 3_000;
const LOOKS = 2;

const extensions = Array.from({ length: PHONES }, (_, index) => String(1_001 + index));

/**
 * 9: phones that boot at once and fetch their files, beside a bare server of finished texts; then the board's pages while a
 * process of its own attacks the phones' files as fast as it is let, beside the same pages without.
 */
export async function provisioning(): Promise<Row[]> {
  const ari = new AriServer();
  ari.list(Array.from({ length: 10 }, (_, index) => stories().dial.talking(index, String(9_001 + index))));
  const earshot = new Earshot({
    pbx: ariPbx(await ari.start()),
    people: [
      ...extensions.map((extension) => {
        return { extension, name: `Supervisor ${extension}`, role: "team-manager", teams: ["support"] } as const;
      }),
      ...Array.from({ length: 10 }, (_, index) => String(9_001 + index)).map((extension) => {
        return { extension, name: nameOf(extension), role: "agent", teams: ["support"] } as const;
      }),
    ],
    phones: extensions,
    provisioning: {
      ...{ mode: "full", serve: true, accounts: "accounts.csv" },
      ...{ sip: { server: "pbx.example.com" }, time: { server: "pool.ntp.org", zone: "Europe/Berlin" } },
    },
    files: {
      "accounts.csv": ["extension,user,password", ...extensions.map((one) => `${one},${one},sip-${one}`), ""].join(
        "\n",
      ),
    },
  });
  const floor = Child.script("floor-files.ts");
  try {
    await earshot.start();
    return [...(await boots(earshot, floor)), ...(await attacked(earshot))];
  } finally {
    await floor.stop();
    await earshot.remove();
    await ari.stop();
  }
}

async function boots(earshot: Earshot, floor: Child): Promise<Row[]> {
  const macs = earshot.macs;
  await earshot.run("provision", "enrol", ...macs, "--minutes", "5");
  const phones = macs.map((mac, index) => new BootingPhone(earshot.publicUrl, mac, `127.0.7.${index + 2}`));
  const files: Record<string, string> = {};
  const passwords: Record<string, string> = {};
  for (const phone of phones) {
    const text = await phone.enrol();
    files[`${phone.mac}.cfg`] = text;
    passwords[phone.mac] = phone.password;
  }
  const origin = await floor.start();
  await floor.ask({ orders: { files, passwords } }, "ready");
  const bare = phones.map(
    ({ mac, password }, index) => new BootingPhone(origin, mac, `127.0.7.${index + 2}`, password),
  );
  const sides = {
    floor: { phones: bare, process: floor, file: [] as number[], boot: [] as number[], perSecond: [] as number[] },
    earshot: {
      phones,
      process: earshot.process,
      file: [] as number[],
      boot: [] as number[],
      perSecond: [] as number[],
    },
  };
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const side of round % 2 === 0 ? [sides.floor, sides.earshot] : [sides.earshot, sides.floor]) {
      const begun = performance.now();
      const booted = await Promise.all(side.phones.map((phone) => phone.boot()));
      const ms = performance.now() - begun;
      if (round < 0) continue;
      side.file.push(...booted.map(({ fileMs }) => fileMs));
      side.boot.push(...booted.map(({ bootMs }) => bootMs));
      side.perSecond.push((PHONES * 1_000) / ms);
    }
  }
  const [own, least] = [await earshot.process.usage(), await floor.usage()];
  const mb = (bytes: number) => `${figure(bytes / 1_048_576)} MiB`;
  const [many, few] = [median(sides.earshot.perSecond), median(sides.floor.perSecond)];
  const what = `${PHONES} phones boot at once`;
  return [
    compared(`${what}: the file of one, asked with credentials`, "ms", sides.floor.file, sides.earshot.file),
    compared(`${what}: each from its first request to its file`, "ms", sides.floor.boot, sides.earshot.boot),
    { what: `${what}: phones a second`, floor: figure(few), earshot: figure(many), ratio: ratio(many, few), aim: "" },
    {
      what: `${what}: memory (RSS) after`,
      floor: mb(least.rss),
      earshot: mb(own.rss),
      ratio: ratio(own.rss, least.rss),
      aim: "",
    },
  ];
}

async function attacked(earshot: Earshot): Promise<Row[]> {
  const launchers = extensions.slice(0, READERS).map((extension) => earshot.launcher(extension));
  const attacker = Child.script("attacker.ts", [new URL(earshot.publicUrl).port]);
  const rows: Row[] = [];
  try {
    const attacks = JSON.parse(await attacker.start()) as string[];
    await look(launchers);
    for (const attack of attacks) {
      const [without, under]: [number[], number[]] = [[], []];
      let tries = 0;
      const before = await earshot.process.usage(true);
      for (let turn = 0; turn < LOOKS; turn += 1) {
        without.push(...(await look(launchers)));
        await attacker.ask({ attack }, "begun");
        // What the first moments let through is part of it.
        under.push(...(await look(launchers)));
        tries += await attacker.ask<number>({ end: true }, "tries");
      }
      const grown = ((await earshot.process.usage(true)).heapUsed - before.heapUsed) / 1_048_576;
      const often = `${figure((tries * 1_000) / (LOOKS * LOOK_MS))} tries a second`;
      rows.push({
        what: `board page under ${attack} (${often}; heap ${grown < 0 ? "" : "+"}${grown.toFixed(1)} MiB), floor without, ratio of p99`,
        floor: cell(without),
        earshot: cell(under),
        ratio: ratio(quantile(under, 0.99), quantile(without, 0.99)),
        aim: "1.5",
      });
    }
  } finally {
    await attacker.stop();
  }
  return rows;
}

function cell(values: readonly number[]): string {
  return `${figure(median(values))} / ${figure(quantile(values, 0.99))} ms`;
}

/** Phones that ask for the board in their rhythm, whatever the reply takes. @returns how long each reply took. */
async function look(launchers: readonly string[]): Promise<number[]> {
  const took: number[] = [];
  const end = performance.now() + LOOK_MS;
  await Promise.all(
    launchers.map(async (url, index) => {
      const line = new Line(url);
      await pause((EVERY_MS * index) / launchers.length);
      while (performance.now() < end) {
        const { status, body, sentAt, endAt } = await line.get(url);
        if (status !== 200 || !body.includes("Live calls")) throw new Error(`no board but ${status}:\n${body}`);
        took.push(endAt - sentAt);
        await pause(Math.max(0, EVERY_MS - (endAt - sentAt)));
      }
      line.close();
    }),
  );
  return took;
}
