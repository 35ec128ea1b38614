import type { ComponentChildren } from "preact";
import type { DeskPhone } from "../../model/desk.js";
import { TallBody, WideBody } from "./body.js";
import type { Machine } from "./form.js";
import { pressOf } from "./keyboard.js";
import { keyClass } from "./pointer.js";
import { spoken } from "./spoken.js";
import type { PhoneState } from "./use-phone.js";

interface FrameProps {
  readonly phone: DeskPhone;
  readonly machine: Machine;
  readonly state: PhoneState;
  /** The name of its form. */
  readonly form: string;
  /** What the light on top of the phone shows. */
  readonly power: string;
  onSoftkey(at: number): void;
  readonly children: ComponentChildren;
}

/** What every drawn phone has: its body, its handset, a light, the keyboard, and what a screen reader is told. */
export function Frame({ phone, machine, state, form, power, onSoftkey, children }: FrameProps) {
  const { handset, screen, page, lamp, notice, lifted, pointed, hook } = state;
  const onKeyDown = (event: KeyboardEvent) => {
    const press = pressOf(event, machine, { onPage: screen === "page", softkey: onSoftkey });
    if (!press) return;
    event.preventDefault();
    press();
  };
  return (
    <section
      class={`phone ${form} ${phone.supervises ? "supervisor" : "agent"}`}
      data-phone={phone.mac}
      aria-label={`Phone of ${phone.name}, ${phone.model}`}
      onKeyDown={onKeyDown}
    >
      <WideBody lifted={lifted} paint={form} />
      <TallBody lifted={lifted} paint={form} />
      <span class={`power ${handset.state === "ringing" ? "ringing" : power}`} aria-hidden="true" />
      <button
        type="button"
        class={keyClass("key hook", "hook", pointed)}
        data-key="hook"
        disabled={phone.hook === "real"}
        aria-pressed={lifted}
        aria-label={handset.state === "ringing" ? "Handset: lift to answer" : lifted ? "Handset: lay down" : "Handset"}
        title={phone.hook === "real" ? "The handset is the real phone's" : undefined}
        onClick={hook}
      />
      {children}
      <p class="unseen" aria-live="polite" data-spoken>
        {spoken({ screen, page, handset, lamp, notice })}
      </p>
    </section>
  );
}
