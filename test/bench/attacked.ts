import { setTimeout as pause } from "node:timers/promises";
import { Issuer, serverCertificate } from "../lab/certificate.ts";
import { AriServer } from "./ari-server.ts";
import { inTheClear, overTls, victim } from "./attacks.ts";
import { BootingPhone } from "./booting-phone.ts";
import { Child } from "./child.ts";
import type { Earshot } from "./earshot.ts";
import { Line } from "./line.ts";
import { phoneSite, supervisors } from "./phone-site.ts";
import { median, quantile } from "./statistics.ts";
import { figure, type Row, ratio } from "./table.ts";

/** Phones that ask for the board, and how often each asks. */
const READERS = 16;
const EVERY_MS = 50;
/** Long beside the first moment, in which all attackers come at once. */
const LOOK_MS = 12_000;
/** Each attack comes so often, each time from elsewhere: one look alone tells of what else happens on a machine. */
const ROUNDS = 3;
/** Attackers have hung up, and who was held is closed by then. */
const SETTLE_MS = 6_000;

/**
 * 10: the board's pages while a process of its own attacks the phones' files as fast as it is let, beside the same pages before,
 * between and after; on a site by plain http, and on one by https whose phones show the certificates of their makers.
 */
export async function attacks(): Promise<Row[]> {
  return [...(await onPlainSite()), ...(await onSecureSite())];
}

async function onPlainSite(): Promise<Row[]> {
  const ari = new AriServer();
  const earshot = await phoneSite(ari);
  try {
    await earshot.start();
    await earshot.run("provision", "enrol", victim, "--minutes", "30");
    await new BootingPhone(earshot.publicUrl, victim, "127.0.7.2").enrol();
    return await attacked(earshot, Object.keys(inTheClear));
  } finally {
    await earshot.remove();
    await ari.stop();
  }
}

async function onSecureSite(): Promise<Row[]> {
  const ari = new AriServer();
  const own = serverCertificate();
  const maker = new Issuer("a maker of phones");
  const others = Array.from({ length: 6 }, (_, n) => maker.issue({ names: [`805ec000000${n + 1}`] }));
  const earshot = await phoneSite(ari, {
    more: { certificates: [{ vendor: "yealink", caFile: "maker.pem" }] },
    files: {
      ...{ "server.pem": own.certificate, "server.key": own.key, "maker.pem": maker.certificate },
      ...Object.fromEntries(others.map((one, n) => [`another-${n}.pem`, `${one.certificate}${one.key}`])),
    },
    http: {
      ...{ listen: "127.0.0.1:0", publicUrl: "https://127.0.0.1:0" },
      tls: { certFile: "server.pem", keyFile: "server.key" },
    },
  });
  try {
    await earshot.start();
    return await attacked(
      earshot,
      Object.keys(overTls),
      others.map((_, n) => earshot.file(`another-${n}.pem`)),
    );
  } finally {
    await earshot.remove();
    await ari.stop();
  }
}

/** @param certificates of other phones, one for each round: who has been refused often waits longer. */
async function attacked(
  earshot: Earshot,
  names: readonly string[],
  certificates: readonly string[] = [],
): Promise<Row[]> {
  const launchers = supervisors.slice(0, READERS).map((extension) => earshot.launcher(extension));
  const to = new URL(earshot.publicUrl).port;
  const attacker = Child.script("attacker.ts", [to]);
  let shown = 0;
  const rows: Row[] = [];
  try {
    await attacker.start();
    await look(launchers);
    let before = await look(launchers);
    for (const attack of names) {
      const heap = (await earshot.process.usage(true)).heapUsed;
      const [under, without] = [[] as number[][], [before]];
      let tries = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        const certificate = certificates[shown % certificates.length];
        if (overTls[attack]?.by === "another phone's certificate") shown += 1;
        await attacker.ask({ attack, round, certificate }, "begun");
        under.push(await look(launchers));
        tries += await attacker.ask<number>({ end: true }, "tries");
        await pause(SETTLE_MS);
        before = await look(launchers);
        without.push(before);
      }
      const grown = ((await earshot.process.usage(true)).heapUsed - heap) / 1_048_576;
      const often = `${figure((tries * 1_000) / (ROUNDS * LOOK_MS))} tries a second`;
      rows.push({
        what: `board page under ${attack} (${often}; heap ${grown < 0 ? "" : "+"}${grown.toFixed(1)} MiB), floor without, ratio of p99`,
        floor: cell(without),
        earshot: cell(under),
        ratio: ratio(worst(under), worst(without)),
        aim: "1.5",
      });
    }
  } finally {
    await attacker.stop();
  }
  return rows;
}

function cell(looks: readonly (readonly number[])[]): string {
  return `${figure(median(looks.flat()))} / ${figure(worst(looks))} ms`;
}

/** The p99 of a look: the middle one of several. */
function worst(looks: readonly (readonly number[])[]): number {
  return median(looks.map((look) => quantile(look, 0.99)));
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
