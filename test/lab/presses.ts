import type { AuditEntry } from "../../src/model/index.ts";
import type { YealinkPhone } from "./phones/yealink.ts";
import { type Standing, standingOn } from "./standing.ts";

/** A press that was answered, with what the page said before it and in the answer. */
interface Answered {
  readonly act: string;
  /**
   * When the press before it was made, and when this one was answered: what an earlier press has set in motion may be
   * recorded at any moment between, and then this press has nothing left to do.
   */
  readonly from: number;
  readonly to: number;
  readonly before: Standing | undefined;
  readonly after: Standing | undefined;
  readonly refused: boolean;
}

/** The two clocks of one machine, read in two processes. */
const CLOCK_MS = 50;

/** A supervisor at the keys, who remembers every press that was answered: each must have its row. */
export class Presses {
  readonly #page: YealinkPhone;
  readonly #supervisor: string;
  #answered: Answered[] = [];
  #standing: Standing | undefined;
  #before: number | undefined;
  /** How often a key was pressed and answered so far. */
  count = 0;

  /** @param supervisor their id in the record. */
  constructor(page: YealinkPhone, supervisor: string) {
    this.#page = page;
    this.#supervisor = supervisor;
  }

  /** Presses a softkey. @throws Error where there is no such key, or nobody answers. */
  async press(label: string): Promise<void> {
    const page = this.#page;
    this.#standing = standingOn(page) ?? this.#standing;
    const act = /\/(?:do|pick)\/([a-z-]+)\//.exec(page.keyUrl(label) ?? "")?.[1];
    const get = await page.press(label);
    this.count += 1;
    const after = standingOn(page);
    const refused = page.title() === "Not possible";
    if (act && get) {
      const from = this.#before ?? get.start;
      this.#answered.push({ act, from, to: get.end, before: this.#standing, after, refused });
      this.#before = get.start;
    }
  }

  /** Begins anew: what was pressed so far has been looked for. */
  forget(): void {
    this.#answered = [];
    this.#standing = undefined;
    this.#before = undefined;
  }

  /** Every answered press that has no row, in words. */
  missingIn(record: readonly AuditEntry[]): readonly string[] {
    const own = record.filter(({ supervisor }) => supervisor === this.#supervisor);
    return this.#answered.flatMap((press) => {
      const wanted = rowOf(press);
      if (wanted === undefined) return [];
      const found = own.some(({ act, outcome, at }) => {
        const then = at >= press.from - CLOCK_MS && at <= press.to + CLOCK_MS;
        return then && wanted.act === act && wanted.outcomes.includes(outcome);
      });
      return found
        ? []
        : [`no row ${wanted.act} ${wanted.outcomes.join(" or ")} for ${press.act} until ${Math.round(press.to)}`];
    });
  }
}

interface Row {
  readonly act: string;
  readonly outcomes: readonly string[];
}

/** The row that an answered press must have; undefined where it asked for what was so already, or only asked back. */
function rowOf({ act, before, after, refused }: Answered): Row | undefined {
  const name = NAMES[act];
  if (name === undefined) return undefined;
  if (refused) return { act: name, outcomes: ["refused"] };
  if (!after || !before || !brought(act, before, after)) return undefined;
  return { act: name, outcomes: ["allowed", "done"] };
}

/** What the record calls a press. */
const NAMES: Readonly<Record<string, string>> = {
  "listen-visible": "listen",
  "listen-hidden": "listen",
  coach: "coach",
  "coach-anyway": "coach",
  join: "join",
  "join-anyway": "join",
  unmute: "unmute",
  mute: "mute",
  back: "back-to-listen",
  visible: "visible",
  hide: "hide",
  leave: "leave",
};

/** Whether the answer says that the press has brought about what it asks for. */
function brought(act: string, before: Standing, after: Standing): boolean {
  const into = (mode: Standing["mode"]) => before.mode !== mode && after.mode === mode;
  switch (NAMES[act]) {
    case "listen":
    case "back-to-listen":
      return into("listen");
    case "coach":
      return into("coach");
    case "join":
      return into("join");
    case "leave":
      return into("none");
    case "unmute":
      return before.heardBy === "nobody" && after.heardBy !== "nobody";
    case "mute":
      return before.heardBy !== "nobody" && after.heardBy === "nobody";
    case "visible":
      return before.hidden === true && after.mode === "listen" && after.hidden !== true;
    default:
      return before.hidden !== true && after.hidden === true;
  }
}
