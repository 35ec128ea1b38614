import { AriServer } from "./ari-server.ts";
import { BootingPhone } from "./booting-phone.ts";
import { Child } from "./child.ts";
import type { Earshot } from "./earshot.ts";
import { PHONES, phoneSite } from "./phone-site.ts";
import { median } from "./statistics.ts";
import { compared, figure, type Row, ratio } from "./table.ts";

const ROUNDS = 5;

/** 9: phones that boot at once and fetch their files, beside a bare server of finished texts. */
export async function provisioning(): Promise<Row[]> {
  const ari = new AriServer();
  const earshot = await phoneSite(ari);
  const floor = Child.script("floor-files.ts");
  try {
    await earshot.start();
    return await boots(earshot, floor);
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
