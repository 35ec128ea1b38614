import type { Clock, Log, Mac, Pbx, Phone, Supervision, SupervisionId } from "../model/index.js";
import type { PressAct } from "../pages/index.js";
import { type Change, supervisionBy, type Writer } from "../state/index.js";
import { mayBeHeard } from "../supervision/index.js";
import { stepOf } from "./answering.js";
import type { Control } from "./control.js";
import { type SaferAct, saferActs } from "./desk.js";
import type { PressOutcome } from "./press.js";

/** A question is answered by the same digit within this time. */
const answerWithinMs = 5_000;
/** Digits that wait for one another; what is pressed beyond them is refused. */
const mostWaiting = 4;

export interface DigitsParts {
  readonly control: Pick<Control, "press" | "followSafer">;
  readonly writer: Writer;
  readonly pbx: Pbx;
  readonly phones: { get(mac: Mac): Phone | undefined };
  readonly clock: Clock;
  readonly log: Log;
}

type Goal = "coach" | "join";

/** What a page would have asked, and the digit that has asked for it. It holds for as long as nothing else is accepted. */
interface Question {
  readonly mode: Goal;
  readonly step: number;
  readonly until: number;
}

/** What one supervisor's digits have come to. */
interface Hand {
  tail: Promise<void>;
  waiting: number;
  /** Raised by whatever makes things safer, and by a digit that was not done: those that wait are void then. */
  turn: number;
  /** An unmute waits or is under way. */
  opening: boolean;
  question?: Question;
}

/**
 * The keypad of a supervisor's phone as keys of the session, for a phone without a screen: 4 Listen, 5 Coach, 6 Join,
 * 0 mute or unmute, * leave. Each is a press like any other, at the present step. A question that a page would ask is
 * refused by two tones, and taken as answered when the same digit comes again. One digit after another; what lets anybody
 * hear less waits for none, and voids those that wait, wherever it was pressed.
 */
export class Digits {
  readonly #parts: DigitsParts;
  readonly #hands = new Map<SupervisionId, Hand>();
  #unsubscribe: () => void = () => {};

  constructor(parts: DigitsParts) {
    this.#parts = parts;
  }

  /** Before the PBX is started. */
  start(): void {
    const { pbx, control, writer } = this.#parts;
    pbx.keypad?.follow((supervision, digit) => this.#pressed(supervision, digit));
    control.followSafer((supervisor) => {
      const own = supervisionBy(writer.state, supervisor);
      if (own) this.#voidAll(this.#hand(own.id));
    });
    this.#unsubscribe = writer.subscribe(({ ended }: Change) => {
      for (const { supervision } of ended) this.#hands.delete(supervision.id);
    });
  }

  /** Reads no digit any more. */
  stop(): void {
    this.#parts.pbx.keypad?.follow(() => {});
    this.#parts.control.followSafer(() => {});
    this.#unsubscribe();
  }

  #pressed(id: SupervisionId, digit: string): void {
    const own = this.#parts.writer.state.supervisions.get(id);
    if (!own || own.ending) return;
    const hand = this.#hand(id);
    const act = actOf(digit, own, hand.opening);
    if (act && isSafer(act)) {
      this.#voidAll(hand);
      void this.#press(own, act);
      return;
    }
    if (!act || hand.waiting >= mostWaiting) {
      this.#refuse(id);
      return;
    }
    const { turn } = hand;
    hand.waiting += 1;
    if (act === "unmute") hand.opening = true;
    hand.tail = hand.tail
      .then(() => (hand.turn === turn ? this.#open(id, act, hand) : undefined))
      .finally(() => {
        hand.waiting -= 1;
        if (act === "unmute") hand.opening = false;
      });
  }

  #voidAll(hand: Hand): void {
    hand.turn += 1;
    delete hand.question;
  }

  #hand(id: SupervisionId): Hand {
    const known = this.#hands.get(id);
    if (known) return known;
    const hand: Hand = { tail: Promise.resolve(), waiting: 0, turn: 0, opening: false };
    this.#hands.set(id, hand);
    return hand;
  }

  async #open(id: SupervisionId, act: "unmute" | Goal, hand: Hand): Promise<void> {
    const { writer, clock } = this.#parts;
    const own = writer.state.supervisions.get(id);
    if (!own || own.ending) return;
    const { question } = hand;
    delete hand.question;
    const step = stepOf(writer.state, own.supervisor);
    const answers = question?.mode === act && question.step === step && clock.now() <= question.until;
    const outcome = await this.#press(own, answers ? `${act}-anyway` : act);
    const now = supervisionBy(writer.state, own.supervisor);
    // What waits was pressed for a mode that is not there.
    if (outcome?.kind !== "ask-anyway" && act !== "unmute" && now?.mode !== act) hand.turn += 1;
    if (outcome?.kind === "ask-anyway" && act !== "unmute" && now?.id === id) {
      const until = clock.now() + answerWithinMs;
      hand.question = { mode: act, step: stepOf(writer.state, own.supervisor), until };
    }
    const done = outcome?.kind === "shown" && now?.trouble === undefined;
    if (!done) this.#refuse(id);
  }

  async #press(own: Supervision, act: PressAct): Promise<PressOutcome | undefined> {
    const { control, writer, phones, log } = this.#parts;
    const phone = phones.get(own.phone);
    if (!phone) return undefined;
    const step = stepOf(writer.state, own.supervisor);
    try {
      return await control.press({ supervisor: own.supervisor, phone, from: "", act, step, signed: true });
    } catch (error) {
      log.error({ error: String(error) }, "a digit could not be pressed");
      return undefined;
    }
  }

  #refuse(id: SupervisionId): void {
    void this.#parts.pbx.keypad?.refuse(id).then((result) => {
      if (!result.ok) this.#parts.log.warn({ detail: result.detail }, "the tones of a refusal were not heard");
    });
  }
}

/** What a digit asks for now. While anybody may hear the supervisor, or is about to, 0 is mute. */
function actOf(digit: string, own: Supervision, opening: boolean): "unmute" | Goal | SaferAct | undefined {
  switch (digit) {
    case "4":
      return "back";
    case "5":
      return "coach";
    case "6":
      return "join";
    case "0":
      return own.mic === "open" || opening || mayBeHeard(own) ? "mute" : "unmute";
    case "*":
      return "leave";
    default:
      return undefined;
  }
}

function isSafer(act: PressAct): act is SaferAct {
  return saferActs.some((safer) => safer === act);
}
