import { setTimeout as pause } from "node:timers/promises";
import { AsteriskLab } from "../lab/asterisk.ts";
import { VOICE } from "../lab/call-centre.ts";
import { now } from "../lab/clock.ts";
import { leaksIn } from "../lab/hearing.ts";
import { Ear } from "../lab/meter.ts";
import { asteriskPart } from "../lab/parts.ts";
import type { Phone, PhoneCall } from "../lab/phone.ts";
import { Phones } from "../lab/phones.ts";
import { channelOf } from "../lab/raw-supervision.ts";
import { TONES } from "../lab/voices.ts";
import { Child } from "./child.ts";
import { CoachPage } from "./coach-page.ts";
import { Earshot } from "./earshot.ts";
import { moment } from "./moment.ts";
import { type Interval, median, medianInterval, quantile, ratioInterval } from "./statistics.ts";
import { figure, notRun, type Row, ratio } from "./table.ts";

const PAIRS = 200;
const WARM_UP = 5;
/** After a mouth is closed, so many frames in a row without the voice. */
const SILENT_FRAMES = 3;
/** RTP comes every 20 ms: the phase of a press is anywhere in two frames. */
const PHASE_MS = 40;
const HEARD_FOR_MS = 40;
const SUPERVISOR = "3001";

/**
 * 2: on the real Asterisk, from the GET of Unmute in Coach to the first RTP frame in which the agent hears the supervisor.
 * The floor makes the same ARI requests on an equal call beside it, counted from the script's first line: no phone asks
 * it, and it keeps no record.
 */
export async function ear(): Promise<Row[]> {
  const what = "press to ear (Unmute in Coach)";
  const part = await asteriskPart();
  if (!part.ok) return [notRun(what, part.why)];
  const lab = new AsteriskLab();
  const phones = new Phones(lab);
  const script = Child.script("floor-ear.ts");
  const undo: (() => Promise<void>)[] = [() => lab.stop(), () => phones.stop(), () => script.stop()];
  try {
    await lab.start();
    await phones.start();
    const call = await Calls.begin(lab, phones);
    const earshot = await coached(lab, call.ana, undo);
    const floor = await bare(lab, script, call.ben);
    const pairs: { floor: number; earshot: number }[] = [];
    for (let pair = -WARM_UP; pair < PAIRS; pair += 1) {
      const pressed = { floor: 0, earshot: 0 };
      const turns = [
        { side: "floor", once: () => measure(call.ben, floor) },
        { side: "earshot", once: () => measure(call.ana, earshot) },
      ] as const;
      for (const { side, once } of pair % 2 === 0 ? turns : [...turns].reverse()) pressed[side] = await once();
      if (pair >= 0) pairs.push(pressed);
    }
    return [row(what, pairs)];
  } finally {
    for (const each of undo.reverse()) await each();
  }
}

function row(what: string, pairs: readonly { readonly floor: number; readonly earshot: number }[]): Row {
  const interval = ([from, to]: Interval) => `[${figure(from)}, ${figure(to)}]`;
  const cell = (values: readonly number[]) =>
    `${figure(median(values))} ${interval(medianInterval(values))} / ${figure(quantile(values, 0.99))} ms`;
  const [floor, own] = [pairs.map((each) => each.floor), pairs.map((each) => each.earshot)];
  return {
    what: `${what}, median [95 %]`,
    floor: cell(floor),
    earshot: cell(own),
    ratio: `${ratio(median(own), median(floor))} ${interval(ratioInterval(pairs))}`,
    aim: "1.2",
  };
}

/** Somebody who can be let hear a voice, and not; `open` tells when it was begun. */
interface Mouth {
  open(): Promise<number>;
  close(): Promise<void>;
}

/** From the beginning of an opening to the first frame with the voice. */
async function measure(listener: PhoneCall, mouth: Mouth): Promise<number> {
  const { phone, id } = listener;
  const floor = frames(phone, id).slice(-100);
  await phase();
  const from = phone.frames.length;
  const since = () => phone.frames.slice(from).filter((frame) => frame.call === id);
  const heard = phone.until(() => leaksIn(since(), [VOICE.agent], floor)[0], "the supervisor's voice");
  const [begun, first] = await Promise.all([mouth.open(), heard]);
  await pause(HEARD_FOR_MS);
  await mouth.close();
  await phone.until(() => {
    const last = since().slice(-SILENT_FRAMES);
    return last.length === SILENT_FRAMES && leaksIn(last, [VOICE.agent], floor).length === 0 ? true : undefined;
  }, "silence");
  return first.at - begun;
}

/** Timers know whole milliseconds only; the rest is spent asking the clock. */
async function phase(): Promise<void> {
  const until = performance.now() + PHASE_MS * Math.random();
  await pause(Math.max(0, until - performance.now() - 1));
  while (performance.now() < until);
}

function frames(phone: Phone, call: string) {
  return phone.frames.filter((frame) => frame.call === call);
}

/** Two equal calls: a customer with Ana, and with Ben. Both supervisors' phones speak all the time. */
const Calls = {
  async begin(lab: AsteriskLab, phones: Phones): Promise<{ ana: PhoneCall; ben: PhoneCall }> {
    const carla = await phones.add({ account: lab.account("trunk"), hz: TONES.customer });
    for (const user of [`${SUPERVISOR}-sup`, "3002-sup"])
      await phones.add({ account: lab.account(user), hz: VOICE.agent });
    const talk = async (extension: string): Promise<PhoneCall> => {
      const agent = await phones.add({ account: lab.account(extension), hz: TONES.agent });
      const out = await carla.dial(extension, { identity: { number: "+4930123456", name: "Carla Voss" } });
      const at = await agent.incoming();
      await at.answer();
      await out.answered();
      await new Ear(at).hears(TONES.customer);
      return at;
    };
    return { ana: await talk("2001"), ben: await talk("2002") };
  },
};

/** The gateway with its supervisor in Coach, muted, on Ana's call. */
async function coached(lab: AsteriskLab, ana: PhoneCall, undo: (() => Promise<void>)[]): Promise<Mouth> {
  const earshot = new Earshot({
    pbx: {
      kind: "asterisk",
      ari: { url: lab.ariUrl, ...lab.ariUser },
      ami: { host: lab.host, port: String(lab.ports.ami), ...lab.amiUser },
      endpoint: "PJSIP/{extension}",
      supervisionEndpoint: "PJSIP/{extension}-sup",
    },
    ...CoachPage.people(SUPERVISOR, "2001"),
  });
  undo.push(() => earshot.remove());
  await earshot.start();
  const page = await CoachPage.open(earshot, SUPERVISOR, "2001");
  undo.push(() => page.stop());
  await new Ear(ana).hears(TONES.customer, now());
  const clock = now() - performance.now();
  return {
    open: async () => (await page.press("Unmute")).sentAt + clock,
    close: async () => {
      await page.press("Mute");
      await page.until("Unmute");
    },
  };
}

/** The same by hand on Ben's call: a leg, an ear, and the bare script that makes the mouth. */
async function bare(lab: AsteriskLab, script: Child, ben: PhoneCall): Promise<Mouth> {
  await script.start();
  const agent = await channelOf(lab, "2002");
  const leg = "bare-leg";
  const user = { url: lab.ariUrl, ...lab.ariUser };
  const clock = await script.ask<number>({ connect: { user, agent, leg } }, "clock");
  // Processes that started at different times may disagree about the time of day.
  const skew = clock - (now() - moment());
  const variables = { "PJSIP_HEADER(add,Call-Info)": "<sip:lab>;answer-after=0" };
  await lab.ari("POST", `/channels/${leg}?endpoint=PJSIP%2F3002-sup&app=bare&callerId=bare`, { variables });
  const up = async () => ((await lab.ari("GET", `/channels/${leg}`)) as { state: string }).state === "Up";
  while (!(await up())) await pause(20);
  await lab.ari("POST", `/channels/${agent}/snoop/bare-ear?spy=both&whisper=none&app=bare`);
  await lab.ari("POST", "/bridges/bare-earbridge?type=mixing");
  await pause(200);
  await lab.ari("POST", `/bridges/bare-earbridge/addChannel?channel=${leg},bare-ear`);
  await new Ear(ben).hears(TONES.customer, now());
  return {
    open: async () => (await script.ask<number>({ open: true }, "begun")) - skew,
    close: async () => void (await script.ask({ close: true }, "closed")),
  };
}
