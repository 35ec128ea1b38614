import { expect } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { Phone } from "../../src/model/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { type PolycomOptions, PolycomPhone } from "../lab/phones/polycom.ts";
import { type PolycomPushOptions, PolycomPushPhone } from "../lab/phones/polycom-push-phone.ts";
import { ana, kim } from "../unit/core/world.ts";
import { GatewayBench, people, phoneOf, until } from "./bench.ts";

/** What the phones are told to put in front of a page that is pushed. */
export const serverRoot = "http://gateway.test";

/** A model by its name in the sheet, and by that of the strict phone that stands in for it. */
export interface Model {
  readonly sheet: string;
  readonly phone: NonNullable<PolycomOptions["model"]>;
  /** Where another one takes the pushes. */
  readonly pushed?: NonNullable<PolycomOptions["model"]>;
}
export const microbrowser: Model = { sheet: "SPIP550", phone: "SPIP_550" };
export const vvx: Model = { sheet: "VVX410", phone: "VVX_410" };

export interface Pushed extends PolycomPushOptions {
  /** Of `phones[].push`. */
  readonly priority?: string;
}

/** A whole gateway on the simulator, where Ana and Kim have Polycoms, and nobody is at the broker. */
export class PolycomWorld {
  anas = new PolycomPushPhone();
  kims = new PolycomPushPhone();
  #model = microbrowser;
  #bench: GatewayBench | undefined;
  #pbx: SimulatorPbx | undefined;
  #call: CallHandle | undefined;
  #page: PolycomPhone | undefined;

  get bench(): GatewayBench {
    return started(this.#bench);
  }

  get call(): CallHandle {
    return started(this.#call);
  }

  /** Kim's phone. */
  get page(): PolycomPhone {
    return started(this.#page);
  }

  /** Jane Doe talks to Ana, and Kim's phone has the board. */
  async start(model: Model, options: PolycomOptions = {}, { priority, ...push }: Pushed = {}): Promise<void> {
    this.#model = model;
    const made = { model: model.pushed ?? model.phone, serverRootUrl: serverRoot, ...push };
    [this.anas, this.kims] = [new PolycomPushPhone(made), new PolycomPushPhone(made)];
    await Promise.all([this.anas.start(), this.kims.start()]);
    const common = { vendor: "polycom", model: model.sheet, answer: "auto" } as const;
    const by = (of: PolycomPushPhone) => ({ ...of.push, ...(priority && { priority }) });
    const phones: Phone[] = [
      { ...common, mac: phoneOf.ana, owner: ana.id, push: by(this.anas) },
      { ...common, mac: phoneOf.kim, owner: kim.id, push: by(this.kims) },
    ];
    this.#pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
    this.#bench = new GatewayBench({ pbx: this.#pbx, config: { phones } });
    await this.#bench.start();
    this.#call = this.#pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe", queue: "support" });
    this.#call.answer();
    await this.another(options);
  }

  /** Another phone of the same kind in the place of Kim's. */
  async another(options: PolycomOptions): Promise<void> {
    await this.#page?.stop();
    this.#page = new PolycomPhone({ model: this.#model.phone, ...options });
    await this.#page.open(`${await this.bench.launcher(phoneOf.kim)}board/0`);
  }

  /** No phone has complained. */
  async stop(): Promise<void> {
    await this.#page?.stop();
    await this.#bench?.stop();
    await Promise.all([this.anas.stop(), this.kims.stop()]);
    expect([...this.anas.complaints, ...this.kims.complaints]).toEqual([]);
  }

  /** Who hears Kim: `agent`, `customer`, both or nobody. */
  voice(): string {
    const { agentLeg, otherLeg } = this.call;
    return started(this.#pbx)
      .hearing()
      .filter(({ speaker }) => speaker !== agentLeg && speaker !== otherLeg)
      .map(({ listener }) => (listener === agentLeg ? "agent" : "customer"))
      .sort()
      .join(" ");
  }

  /** Opens the page of Ana's call from the board. */
  async choose(): Promise<void> {
    await this.page.press(this.page.rows().find((row) => row.includes("Ana Ruiz")) ?? "no row of Ana's");
  }

  async listen(how: "Visible" | "Hidden"): Promise<void> {
    await this.choose();
    await this.page.press("Listen");
    await this.page.press(how);
    await until(this.page, /Nobody hears you/);
  }

  /** From the board through every mode and out again, each step by what the page offers. */
  async walk(): Promise<void> {
    const { page } = this;
    await this.listen("Visible");
    await until(page, /Ana Ruiz can see you/);
    expect(this.voice()).toBe("");
    await page.press("Coach");
    await until(page, /Coaching Ana Ruiz/);
    expect(this.voice()).toBe("");
    await page.press("Unmute");
    await until(page, /Ana Ruiz hears you/);
    expect(this.voice()).toBe("agent");
    await page.press("Join");
    await until(page, /Everybody on the call hears you/);
    expect(this.voice()).toBe("agent customer");
    await page.press("Mute");
    await until(page, /Nobody hears you/);
    expect(this.voice()).toBe("");
    await page.press("Participants");
    expect(page.text()).toMatch(/Jane Doe/);
    await page.press("Leave");
    expect(page.text()).toMatch(/You have left the call of Ana Ruiz/);
  }
}

function started<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("the world is not started");
  return value;
}
