import { setTimeout as pause } from "node:timers/promises";
import { YealinkPhone } from "../lab/phones/yealink.ts";
import { type Limits, readDocument } from "../lab/phones/yealink-document.ts";
import { BusyLight, until } from "../scenarios/bench.ts";
import type { Earshot, EarshotConfig } from "./earshot.ts";
import { type Answer, Line } from "./line.ts";
import { nameOf } from "./recording.ts";

const limits: Limits = { bytes: 10_000, items: 30, softKeys: 4, labelColumns: 10, urlLength: 255 };
const lightPassword = "bench";

/** The page of a supervisor who coaches, muted, on the only call of an agent, whose light has confirmed it. */
export class CoachPage {
  readonly #line: Line;
  readonly #launcher: string;
  readonly #light: BusyLight;
  #page = "";

  private constructor(earshot: Earshot, supervisor: string, light: BusyLight) {
    this.#line = new Line(earshot.publicUrl);
    this.#launcher = earshot.launcher(supervisor);
    this.#light = light;
  }

  /** What a gateway's configuration needs for it. */
  static people(supervisor: string, agent: string): Pick<EarshotConfig, "people" | "phones" | "mqtt"> {
    const account = { username: "light", password: lightPassword, agent };
    return {
      people: [
        { extension: supervisor, name: "Supervisor", role: "team-manager", teams: ["support"] },
        { extension: agent, name: nameOf(agent), role: "agent", teams: ["support"] },
      ],
      phones: [supervisor],
      mqtt: { embedded: { listen: "127.0.0.1:0", accounts: [account] } },
    };
  }

  static async open(earshot: Earshot, supervisor: string, agent: string): Promise<CoachPage> {
    const account = { username: "light", password: lightPassword };
    const light = await BusyLight.connect(earshot.mqtt, account, [`earshot/agents/${agent}/#`]);
    const phone = new YealinkPhone();
    await phone.open(earshot.launcher(supervisor));
    await until(phone, /Live calls \(1\)/);
    await phone.press("Listen");
    await phone.press("Visible");
    await until(phone, /can see you/);
    await phone.press("Coach");
    await until(phone, /Coaching/);
    await phone.stop();
    const page = new CoachPage(earshot, supervisor, light);
    await page.until("Unmute");
    return page;
  }

  /** Presses a softkey by its very URL; its answer is the page from then on. */
  async press(label: string): Promise<Answer> {
    const answer = await this.#line.get(this.#keys().get(label) ?? this.#complain(`no softkey ${label}`));
    this.#page = answer.body;
    return answer;
  }

  /** Asks the launcher again, where need be, until the page says that the agent hears the supervisor. */
  async heard(): Promise<void> {
    await this.#until("hears you. The other side", () => this.#page.includes("hears you. The other side"));
  }

  /** The same until the page has this softkey. */
  async until(label: string): Promise<void> {
    await this.#until(`a softkey ${label}`, () => this.#page !== "" && this.#keys().has(label));
  }

  async #until(what: string, holds: () => boolean): Promise<void> {
    for (const end = performance.now() + 10_000; !holds(); await pause(5)) {
      if (performance.now() > end) this.#complain(`never ${what}`);
      this.#page = (await this.#line.get(this.#launcher)).body;
    }
  }

  async stop(): Promise<void> {
    this.#line.close();
    await this.#light.stop();
  }

  #keys(): ReadonlyMap<string, string> {
    const document = readDocument(this.#page, limits, (text) => this.#complain(text));
    return new Map(document?.keys.map(({ label, uri }) => [label, uri]));
  }

  #complain(why: string): never {
    throw new Error(`${why} on\n${this.#page}`);
  }
}
