import type { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { PolycomPhone } from "../lab/phones/polycom.ts";
import { PolycomPushPhone } from "../lab/phones/polycom-push-phone.ts";
import type { Switches } from "../lab/phones/polycom-switches.ts";
import { ana } from "../unit/core/world.ts";
import { type Model, serverRoot } from "./polycom-world.ts";
import type { AtPhone, HandsFor } from "./prove-admin.ts";

/** A strict Polycom on a desk: its browser, its web server for pushes, and a BLF key that watches its owner's lamp. */
export class PolycomDesk implements AtPhone {
  readonly page: PolycomPhone;
  readonly pushed: PolycomPushPhone;
  launcher = "";
  /** What the BLF key shows. */
  lit = false;
  pbx: SimulatorPbx | undefined;
  #opening: Promise<unknown> = Promise.resolve();
  #noticesBefore = 0;

  constructor({ phone: model }: Model, switches: Partial<Switches>) {
    this.page = new PolycomPhone({ model, switches });
    this.pushed = new PolycomPushPhone({ model, switches, serverRootUrl: serverRoot });
    this.pushed.onOpen = (url) => {
      this.#opening = this.page.get(url.replace(serverRoot, new URL(this.launcher).origin));
    };
  }

  /** The last notice that came to the screen in this step. */
  get notice(): string {
    return this.pushed.notices.slice(this.#noticesBefore).at(-1) ?? "";
  }

  readonly call = (): (() => void) => {
    this.#begin("");
    const made = this.pbx?.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" });
    made?.answer();
    this.page.callArrives();
    this.pushed.callArrives();
    return () => {
      made?.hangUp();
      this.page.callEnds();
      this.pushed.callEnds();
    };
  };

  readonly prepare = (step: string): Promise<void> => {
    this.#begin(step);
    this.page.goesIdle();
    return Promise.resolve();
  };

  readonly settled = async (): Promise<void> => void (await this.#opening);

  async stop(): Promise<void> {
    await this.page.stop();
    await this.pushed.stop();
  }

  #begin(step: string): void {
    this.pushed.dismiss();
    this.#noticesBefore = this.pushed.notices.length;
    this.pushed.messageType = step === "push-filter" ? 4 : 5;
  }
}

type Hands = HandsFor<PolycomDesk>;

const opened = async ({ page, launcher }: PolycomDesk): Promise<PolycomPhone> => {
  await page.open(launcher);
  return page;
};
const thanked = ({ page }: PolycomDesk): boolean => page.isOpen && /Thank you/.test(page.text());
const softkey = (page: PolycomPhone, label: string): boolean => page.screen.includes(`[${label}]`);
const isShown: Hands = async (at) => (await opened(at)).isOpen;
const probed: Hands = ({ page }) => page.isOpen && page.title() === "Probe";
const says: Hands = ({ notice }) => /This is a probe/.test(notice);
/** What a strict phone complains about is shown all the same, or not; either way the screen tells. */
const pressed = (label: string): Hands => {
  return async (at) => {
    const page = await opened(at);
    await page.press(label).catch(() => undefined);
    return thanked(at);
  };
};
/** The address behind an answer in the notice on the screen. */
const answerOf = ({ pushed }: PolycomDesk): string | undefined => {
  const shows = pushed.onScreen?.shows;
  const spots = shows?.kind === "notice" ? shows.page.lines.flatMap((line) => line.spots) : [];
  const link = spots.find((spot) => spot.kind === "link" && spot.label === "Here");
  return link?.kind === "link" && link.deed?.does === "fetch" ? link.deed.url : undefined;
};

/** Hands and eyes at a strict Polycom: by step, what the words of the step say. */
export const polycomHands: Readonly<Record<string, Hands>> = {
  list: async (at) => (await opened(at)).rows().join() === "One,Two,Three",
  softkeys: async (at) => softkey(await opened(at), "Here"),
  "four-softkeys": async (at) => {
    const page = await opened(at);
    if (!softkey(page, "Here")) return undefined;
    return !softkey(page, "More") && softkey(page, "Nowhere");
  },
  "own-back-key": async (at) => softkey(await opened(at), "Back"),
  "row-width": isShown,
  "title-width": isShown,
  "long-page": pressed("Last"),
  glyphs: async (at) => /Ж 日/.test((await opened(at)).text()),
  refresh: async (at) => (await (await opened(at)).refresh()) !== undefined,
  "refresh-cursor": async (at) => {
    const page = await opened(at);
    page.select(page.rows().indexOf("Three"));
    if (!(await page.refresh())) return undefined;
    return page.title() === "Probe 2" && /> Three/.test(page.screen);
  },
  "secret-input": async (at) => {
    const page = await opened(at);
    page.type("1234");
    return !/1234/.test(page.text());
  },
  typed: async (at) => {
    const page = await opened(at);
    page.type("1234");
    await page.submit();
    return thanked(at);
  },
  redirect: pressed("Away"),
  "user-agent": isShown,
  "call-uncovers": async (at) => {
    const page = await opened(at);
    at.call()();
    return page.isOpen;
  },
  "push-page": probed,
  "push-notice": says,
  "push-reply": says,
  "push-filter": ({ notice }) => notice === "",
  "notice-length": ({ notice }) => /^Probe\s+\d\d:\d\d 1 2 3 .*…$/.test(notice),
  "notice-answer": async (at) => {
    const url = answerOf(at);
    if (url !== undefined) await at.page.get(url);
    return thanked(at);
  },
  "page-in-call": probed,
  "notice-in-call": says,
  "notice-behind-notice": ({ notice }) => /second probe/.test(notice),
  "notice-stays": ({ pushed }, hangUp) => {
    hangUp();
    return pushed.onScreen?.shows.kind === "notice";
  },
  "lamp-lit": ({ lit }) => lit,
  "lamp-dark": ({ lit }) => !lit,
};
