import { until } from "../scenarios/bench.ts";
import { legsUp } from "./at-the-pbx.ts";
import { type LabCall, VOICE } from "./call-centre.ts";
import { now } from "./clock.ts";
import { DESKS, KillBench } from "./kill-bench.ts";
import { counted, NotMeasured } from "./meter.ts";
import type { Phone } from "./phone.ts";
import { YealinkPhone } from "./phones/yealink.ts";
import { joined } from "./standing.ts";

const JUDGED_MS = 1_000;

/** Three supervisors of one call, in Join, Coach and Listen, whose earshot does not come back. */
export class LeaseRun {
  readonly bench = new KillBench();
  readonly #pages = { lea: new YealinkPhone({ replyMs: 5_000 }), max: new YealinkPhone({ replyMs: 5_000 }) };
  #phones: readonly Phone[] = [];
  #call: LabCall | undefined;

  async start(): Promise<void> {
    await this.bench.start();
    const { lab, phones, at } = this.bench;
    const add = (user: string) => phones.add({ account: lab.account(user), hz: VOICE.nobody, obeyAutoAnswer: true });
    this.#phones = [at.kim, await add("3002-sup"), await add("3009-sup")];
  }

  async stop(): Promise<void> {
    for (const page of Object.values(this.#pages)) await page.stop();
    await this.bench.stop();
  }

  /** @returns the supervisions, all under way, two with an open mic. */
  async begin(): Promise<readonly string[]> {
    const { bench } = this;
    const { lea, max } = this.#pages;
    this.#call = await bench.connect();
    await bench.bring(joined);
    await this.#listen(lea, DESKS["3002"]);
    await lea.press("Coach");
    await until(lea, /^Coaching/);
    await this.#phones[1]?.speak(VOICE.toAgent);
    await lea.press("Unmute");
    await until(lea, /Ana Ruiz hears you/);
    await this.#listen(max, DESKS["3009"]);
    await this.#call.agentEar.hears(VOICE.toAgent);
    await this.#call.customerEar.hears(VOICE.toAll);
    return await legsUp(bench.lab);
  }

  /** Waits until no phone of a supervisor is in a call any more. */
  async ended(withinMs: number): Promise<void> {
    await Promise.all(
      this.#phones.map((phone) =>
        phone.until(() => (phone.calls.length === 0 ? true : undefined), "the end of its leg", withinMs),
      ),
    );
  }

  /** Agent and customer hear each other and nobody else, and have heard nothing that they must not. @throws Error */
  async callGoesOn(): Promise<void> {
    const call = this.#call;
    if (!call) throw new Error("there is no call");
    await counted(async () => {
      const from = now();
      await Promise.all([call.agentEar, call.customerEar].map((ear) => ear.until(from + JUDGED_MS)));
      const lost = await this.bench.lost(call, from, from + JUDGED_MS);
      if (lost.length > 0) throw new NotMeasured(lost);
      const voices = Object.values(VOICE);
      const heard = [...(await call.agentEar.leaks(voices, from)), ...(await call.customerEar.leaks(voices, from))];
      if (heard.length > 0) throw new Error(`somebody is heard whose leg is gone: ${JSON.stringify(heard[0])}`);
    });
    const leaks = await this.bench.leaks(call);
    if (leaks.length > 0) throw new Error(leaks.join(", "));
  }

  async #listen(page: YealinkPhone, mac: string): Promise<void> {
    await page.open(await this.bench.gateway.launcher(mac));
    await until(page, /Ana Ruiz/);
    await page.press("Listen");
    await page.press("Visible");
    await until(page, /can see you/);
  }
}
