import type {
  AuditRow,
  CallId,
  LegId,
  Mic,
  Mode,
  PersonId,
  RefusalCode,
  Supervision,
  SupervisionId,
  Visibility,
} from "../model/index.js";
import { personOf, supervisionBy } from "../state/index.js";
import { agentLeg } from "../supervision/index.js";
import type { ControlParts } from "./parts.js";

/** What lets anybody hear more waits this long for its durable row (R19). */
const recordWithinMs = 300;

/** Whom a row is about: a press, or a supervision. */
interface About {
  readonly supervisor: PersonId;
  readonly leg?: LegId;
}

/** The rows of presses: who asked what of whose call, and what came of it. */
export class Record {
  readonly #parts: Pick<ControlParts, "writer" | "audit" | "clock">;

  constructor(parts: Pick<ControlParts, "writer" | "audit" | "clock">) {
    this.#parts = parts;
  }

  /**
   * Waits for the durable row of what lets anybody hear more (R19). `late` when there is none in time; `void` when
   * meanwhile another press, or the PBX, changed what this one was about.
   */
  async allowed(
    about: About,
    act: AuditRow["act"],
    row: Partial<{ mode: Mode; visibility: Visibility; mic: Mic; supervision: SupervisionId }> &
      Pick<AuditRow, "leg" | "phone" | "detail">,
  ): Promise<"written" | "late" | "void"> {
    const { audit, clock, writer } = this.#parts;
    if (audit.behind()) return "late";
    const step = (): number | undefined => writer.state.steps.get(about.supervisor);
    const then = step();
    const whole = { ...this.#who(about), act, ...row };
    const written = await audit.append({ ...whole, outcome: "allowed" }, recordWithinMs);
    if (written === "late") {
      audit.after({ ...whole, outcome: "failed", detail: "its row was not written in time" });
      return "late";
    }
    if (step() === then) return "written";
    audit.after({ ...whole, at: clock.now(), outcome: "failed", detail: "overtaken by another press" });
    return "void";
  }

  /** Somebody who was rung has an agent's call, and all three talk. */
  handedOver(about: About, detail: string): void {
    this.#parts.audit.after({ ...this.#who(about), act: "hand-over", outcome: "done", detail });
  }

  /** What a row has allowed was not done after all: it was refused when it was looked at again. */
  withdrawn(own: Supervision, act: AuditRow["act"]): void {
    const { mode, visibility, id } = own;
    const row = { ...this.#who(own), act, outcome: "failed", mode, visibility, mic: "muted", supervision: id } as const;
    this.#parts.audit.after({ ...row, detail: "refused when it was looked at again" });
  }

  /** What was refused; `supervision` where a row has allowed it already. See `done` for the promise. */
  refused(about: About, act: AuditRow["act"], refusal: RefusalCode, supervision?: SupervisionId): Promise<void> {
    const row = { ...this.#who(about), act, outcome: "refused", refusal } as const;
    return this.#after(supervision ? { ...row, supervision } : row);
  }

  /** That somebody has begun their shift with their PIN. */
  entered(about: About): void {
    this.#parts.audit.after({ ...this.#who(about), act: "pin", outcome: "done" });
  }

  /**
   * What lets anybody hear less is done first and recorded after. Resolves when the row is durable, or shortly: whoever
   * has been answered is on record, also after a crash.
   */
  done(own: Supervision, act: AuditRow["act"]): Promise<void> {
    const { mode, visibility, mic, id } = own;
    return this.#after({ ...this.#who(own), act, outcome: "done", mode, visibility, mic, supervision: id });
  }

  /** What has come about with a supervision without a press for it; recorded after. */
  about(own: Supervision, row: Pick<AuditRow, "act" | "outcome"> & Partial<AuditRow>): void {
    const { supervisor, agent, call, mode, visibility, mic, id } = own;
    const about = { at: this.#parts.clock.now(), supervisor, agent, call, mode, visibility, mic, supervision: id };
    this.#parts.audit.after({ ...about, ...row });
  }

  /** What was done about a call as a whole. See `done` for the promise. */
  ofCall(
    call: CallId,
    act: AuditRow["act"],
    supervisor: string,
    more: Partial<Pick<AuditRow, "outcome" | "detail">> = {},
  ): Promise<void> {
    const { writer, clock } = this.#parts;
    const legs = writer.state.calls.get(call)?.legs ?? [];
    const agent = legs.map(({ party }) => personOf(party)).find((person) => person !== undefined);
    const about = { at: clock.now(), supervisor, call, ...(agent && { agent }) };
    return this.#after({ ...about, act, outcome: "done", ...more });
  }

  async #after(row: AuditRow): Promise<void> {
    const { audit } = this.#parts;
    const behind = audit.behind();
    const written = audit.append(row, recordWithinMs);
    if (!behind) await written;
  }

  #who(about: About): Pick<AuditRow, "at" | "supervisor"> {
    const { writer, clock } = this.#parts;
    const own = supervisionBy(writer.state, about.supervisor);
    const leg = about.leg ?? own?.leg;
    const found = leg && agentLeg(writer.state, leg);
    const known = found ? { agent: found.agent.id, call: found.call.id } : own && { agent: own.agent, call: own.call };
    const customer = found?.call.legs.find((one) => one.id !== found.leg.id && one.party.kind === "external")?.party;
    return {
      at: clock.now(),
      supervisor: about.supervisor,
      ...known,
      ...(customer?.kind === "external" && { customer: customer.number }),
    };
  }
}
