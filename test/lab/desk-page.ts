import { setTimeout as rhythm } from "node:timers/promises";
import type { Page } from "playwright-core";

const WITHIN_MS = 30_000;
const LOOK_MS = 40;

/** One drawn phone as it is seen. */
export interface PhoneSeen {
  readonly mac: string;
  readonly screen: "idle" | "page" | "call";
  readonly title: string;
  /** Rows of a list; on a Polycom whatever can be pressed in the body. */
  readonly rows: readonly string[];
  /** The highlighted row, counted from 0; -1 where there is no list. */
  readonly row: number;
  /** Lines of a text, or of the call that covers the page. */
  readonly text: string;
  /** Labels of the four softkeys, left to right. */
  readonly softkeys: readonly string[];
  readonly lamp: string;
  readonly blinks: boolean;
  /** Of a phone that supervises. */
  readonly mic: string | null;
  readonly notice: string | null;
  readonly complaints: readonly string[];
}

/** Everything that the desk shows at one moment. */
export interface DeskSeen {
  /** The guided minute: `1` to `5`, or `end`; undefined where it does not run. */
  readonly tour: { readonly step: string; readonly done: boolean; readonly says: string } | undefined;
  /** What the guided minute points at: the label of a softkey, or a key by its name, and on which phone. */
  readonly pointed: { readonly name: string; readonly mac: string } | undefined;
  readonly phones: readonly PhoneSeen[];
  /** The call whose paths are drawn. */
  readonly call: string | undefined;
  /** Whether the page claims to know who hears whom. */
  readonly known: boolean;
  /** Such as `customer>supervisor`, sorted. */
  readonly paths: readonly string[];
  readonly sentence: string;
  /** Mode, microphone, visibility and so on of the first supervision, by their names in small letters. */
  readonly facts: Readonly<Record<string, string>>;
  readonly troubles: readonly string[];
  readonly calls: number;
}

/** Read at once in the page, so that nothing can change between two parts of it. */
const READ = `(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const text = (selector, within = document) => within.querySelector(selector)?.textContent ?? "";
  const tour = document.querySelector("[data-step]");
  const pointed = document.querySelector("[data-phone] .pointed");
  const hearing = document.querySelector("[data-known]");
  const phones = all("[data-phone]").map((phone) => {
    const rows = all("[role=option], [data-link]", phone);
    const light = phone.querySelector("[data-lamp]");
    return {
      mac: phone.dataset.phone,
      screen: phone.querySelector("[data-screen]").dataset.screen,
      title: text(".title .words", phone),
      rows: rows.map((row) => row.textContent),
      row: rows.findIndex((row) => row.getAttribute("aria-selected") === "true" || row.dataset.highlighted === "true"),
      text: [...all(".lcd :is(.text, .page) p", phone), ...all(".lcd .call strong", phone)].map((line) => line.textContent).join("\\n"),
      softkeys: all("[data-softkey]", phone).map((key) => key.dataset.label),
      lamp: light.dataset.lamp,
      blinks: light.dataset.blinks === "true",
      mic: phone.querySelector("[data-mic]")?.dataset.mic ?? null,
      notice: phone.querySelector("[data-notice]")?.textContent ?? null,
      complaints: all(".complaints li", phone).map((line) => line.textContent),
    };
  });
  return {
    tour: tour ? { step: tour.dataset.step, done: tour.dataset.done === "true", says: text(".say p", tour) } : undefined,
    pointed: pointed
      ? { name: pointed.dataset.label ?? pointed.dataset.key, mac: pointed.closest("[data-phone]").dataset.phone }
      : undefined,
    phones,
    call: hearing?.dataset.call,
    known: hearing?.dataset.known === "true",
    paths: all("[data-path]").map((path) => path.dataset.path).sort(),
    sentence: text("[data-sentence]"),
    facts: Object.fromEntries(all("[data-fact]").reverse().map((fact) => [fact.dataset.fact, text("dd", fact)])),
    troubles: all("[data-trouble]").map((trouble) => trouble.dataset.trouble + ": " + trouble.textContent),
    calls: Number(text(".calls .count")),
  };
})()`;

/** The desk in a real browser, worked and read by the hooks that the page has for tests. */
export class DeskPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the desk at this origin, and waits until it has been told how things stand. */
  static async open(page: Page, origin: string): Promise<DeskPage> {
    await page.goto(`${origin}/`);
    await page.locator("[data-phone]").first().waitFor();
    return new DeskPage(page);
  }

  async look(): Promise<DeskSeen> {
    return await this.page.evaluate<DeskSeen>(READ);
  }

  /** The phone with this MAC as it is seen now. @throws Error where it is not drawn. */
  async phone(mac: string): Promise<PhoneSeen> {
    return phoneIn(await this.look(), mac);
  }

  /** Looks until it is so. @throws Error with all that is seen, when it is not in time. */
  async until(what: string, holds: (seen: DeskSeen) => boolean, withinMs = WITHIN_MS): Promise<DeskSeen> {
    const end = performance.now() + withinMs;
    for (;;) {
      const seen = await this.look();
      if (holds(seen)) return seen;
      if (performance.now() > end) throw new Error(`the desk never showed ${what}:\n${JSON.stringify(seen, null, 1)}`);
      await rhythm(LOOK_MS);
    }
  }

  /** Presses a softkey by its label, once it is there. */
  async softkey(mac: string, label: string): Promise<void> {
    await this.page.locator(`[data-phone="${mac}"] [data-softkey][data-label="${label}"]`).click();
  }

  /** Presses what is called so in the body of a page, on a phone whose pages have links. */
  async link(mac: string, label: string): Promise<void> {
    await this.page.locator(`[data-phone="${mac}"] [data-link][data-label="${label}"]`).first().click();
  }

  /** Chooses what the phone is drawn as, and waits until it is. */
  async drawAs(mac: string, vendor: string, model: string): Promise<void> {
    await this.page.locator(`select[data-model="${mac}"]`).selectOption(`${vendor} ${model}`);
    await this.page.locator(`[data-phone="${mac}"][aria-label$=", ${model}"]`).waitFor();
  }

  /** Presses `hook`, `launcher`, `up`, `down`, `ok`, `back`, `hold` or `help`. */
  async key(mac: string, name: string): Promise<void> {
    await this.page.locator(`[data-phone="${mac}"] [data-key="${name}"]`).click();
  }

  /** Moves the highlight of a list to the first row that says so. @throws Error where there is none. */
  async highlight(mac: string, says: RegExp): Promise<void> {
    const rowOf = (seen: DeskSeen): number => phoneIn(seen, mac).rows.findIndex((row) => says.test(row));
    // A page that comes again meanwhile has its highlight on its first row.
    for (let tries = 0; tries < 50; tries += 1) {
      const seen = await this.until(`a row ${says}`, (now) => rowOf(now) !== -1);
      const { row } = phoneIn(seen, mac);
      if (row === rowOf(seen)) return;
      await this.key(mac, row < rowOf(seen) ? "down" : "up");
      await this.until("the highlight elsewhere", (now) => phoneIn(now, mac).row !== row || rowOf(now) === row);
    }
    throw new Error(`the desk never showed the highlight on ${says}`);
  }

  /**
   * Does what the guided minute says until this step is done. @returns what was pressed, in order: labels of softkeys, or
   * names of keys.
   */
  async follow(step: number): Promise<readonly string[]> {
    const pressed: string[] = [];
    const over = ({ tour }: DeskSeen): boolean =>
      tour !== undefined &&
      (tour.step === "end" || Number(tour.step) > step || (Number(tour.step) === step && tour.done));
    // These may have to be pressed again: where a list has no call, has moved or did not come. Anything else is seen in the
    // end, however late on a busy machine, and is no answer to what was pressed where it is another phone's or a list's.
    const again = ["Update", "up", "down", "launcher"];
    const advice = ({ tour, pointed, phones }: DeskSeen, name: string, mac: string): string => {
      const own = phones.find((phone) => phone.mac === mac);
      const row = again.includes(name) ? own?.row : undefined;
      return JSON.stringify([tour, pointed, own?.title.replace(/\d+/g, ""), row, own?.screen]);
    };
    for (;;) {
      const seen = await this.until("what to press", (now) => over(now) || now.pointed !== undefined, 60_000);
      if (over(seen) || !seen.pointed) return pressed;
      const { name, mac } = seen.pointed;
      // What is pointed at can go in this very moment, as when a call ends.
      const pointed = this.page.locator(`[data-phone] .pointed:is([data-label="${name}"], [data-key="${name}"])`);
      const gone = await pointed.click({ timeout: 2_000 }).then(
        () => false,
        () => true,
      );
      if (gone) continue;
      pressed.push(name);
      const changed = (now: DeskSeen): boolean => advice(now, name, mac) !== advice(seen, name, mac);
      if (again.includes(name)) await this.until("another advice", changed, 5_000).catch(() => undefined);
      else await this.until("another advice", changed);
    }
  }
}

/** One phone of what is seen. @throws Error where it is not drawn. */
export function phoneIn({ phones }: DeskSeen, mac: string): PhoneSeen {
  const found = phones.find((phone) => phone.mac === mac);
  if (!found) throw new Error(`no phone ${mac} is drawn`);
  return found;
}
