import { useEffect, useMemo } from "preact/hooks";
import type { DeskPhone, Handset } from "../../model/desk.js";
import { ask } from "../ask.js";
import { hands, handsets, lights, link, notices, now, own } from "../store.js";
import { TallBody, WideBody } from "./body.js";
import { callKeys, hookAct } from "./call-screen.js";
import { DrawnPhone } from "./drawn-phone.js";
import { DigitPad, FunctionKeys, LineKeys, Navigation, SoftKeys } from "./keys.js";
import { lampOf } from "./lamp.js";
import { drawn } from "./place.js";
import { keyClass, pointer } from "./pointer.js";
import { Screen, screenOf } from "./screen.js";
import { spoken } from "./spoken.js";
import type { KeypadKey } from "./typing.js";

const idle: Handset = { state: "idle" };

/** One drawn desk phone: its own documents, its own keys, its lamp. */
export function Phone({ phone }: { readonly phone: DeskPhone }) {
  const machine = useMemo(() => new DrawnPhone(phone.url), [phone.url]);
  useEffect(() => {
    drawn.set(phone.mac, machine);
    return () => {
      drawn.forget(phone.mac, machine);
      machine.stop();
    };
  }, [machine, phone.mac]);
  const handset = handsets.value.get(phone.mac) ?? idle;
  useEffect(() => machine.handset(handset.state), [machine, handset.state]);
  const open = link.value === "open";
  useEffect(() => {
    if (open) machine.reconnected();
  }, [machine, open]);

  const shown = machine.shown.value;
  const launcher = phone.supervises ? "Calls" : "With me";
  const screen = screenOf(shown, handset);
  const callSoftkeys = callKeys(handset.state, launcher);
  const keyOf = (at: number) => shown.document?.keys.find((key) => key.index === at + 1)?.label ?? "";
  const labels = [0, 1, 2, 3].map((at) => (screen === "page" ? keyOf(at) : (callSoftkeys[at]?.label ?? "")));
  const lamp = lampOf(phone, lights.value.get(phone.mac), own.value);
  const pointed = phone.supervises ? pointer.value : undefined;
  const raised = hands.value.has(phone.person);
  const notice = notices.value.get(phone.mac);
  const current = notice && notice.expiresAt > now.value ? notice : undefined;

  const act = (what: "app" | Parameters<typeof ask.handset>[1]) => {
    if (what === "app") machine.open();
    else void ask.handset(phone.mac, what);
  };
  const softkey = (at: number) => {
    const key = callSoftkeys[at];
    if (screen === "page") machine.softkey(at + 1);
    else if (key) act(key.does);
  };
  const hook = () => {
    const does = hookAct(handset.state);
    if (does) act(does);
  };
  const onPage = (does: () => void) => () => {
    if (screen === "page") does();
  };
  const keys = {
    up: onPage(() => machine.move(-1)),
    down: onPage(() => machine.move(1)),
    ok: onPage(() => machine.ok()),
    back: onPage(() => machine.back()),
    digit: (key: KeypadKey) => onPage(() => machine.dial(key))(),
    erase: onPage(() => machine.erase()),
    write: shown.typing && ((text: string) => onPage(() => machine.write(`${shown.typing?.text ?? ""}${text}`))()),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const press = pressOf(event, keys, softkey);
    if (!press) return;
    event.preventDefault();
    press();
  };
  const lifted = handset.state === "talking" || handset.state === "held";

  return (
    <section
      class={`phone ${phone.supervises ? "supervisor" : "agent"}`}
      data-phone={phone.mac}
      aria-label={`Phone of ${phone.name}, ${phone.model}`}
      onKeyDown={onKeyDown}
    >
      <WideBody lifted={lifted} />
      <TallBody lifted={lifted} />
      <span class={`power ${handset.state === "ringing" ? "ringing" : lamp.power}`} aria-hidden="true" />
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
      <Screen
        {...{ shown, handset, labels, notice: current, name: phone.name, extension: phone.extension }}
        onSoftkey={softkey}
        onWrite={(text) => machine.write(text)}
        onRow={(row) => (row === shown.row ? machine.ok() : machine.select(row))}
      />
      <SoftKeys labels={labels} pointed={pointed} onPress={softkey} />
      <LineKeys
        {...{ phone, lamp, launcher, raised, pointed }}
        onLauncher={() => machine.open()}
        onHelp={() => void ask.help(phone.mac, !raised)}
      />
      <DigitPad onDigit={keys.digit} />
      <Navigation {...keys} pointed={pointed} />
      <FunctionKeys phone={phone} handset={handset} lamp={lamp} onBack={keys.back} onAct={act} />
      <p class="unseen" aria-live="polite" data-spoken>
        {spoken({ screen, document: shown.document, handset, lamp, notice: current })}
      </p>
    </section>
  );
}

type Keys = Readonly<Record<"up" | "down" | "ok" | "back" | "erase", () => void>> & {
  readonly digit: (key: KeypadKey) => void;
  /** Only on a page to type on. */
  readonly write: ((text: string) => void) | undefined;
};

/** What a key of the keyboard presses on the phone that has the focus. */
function pressOf(event: KeyboardEvent, keys: Keys, softkey: (at: number) => void): (() => void) | undefined {
  const { key, target } = event;
  if (/^F[1-4]$/.test(key)) return () => softkey(Number(key[1]) - 1);
  // A focused key of the phone takes Enter and Space itself, the field on the screen whatever is typed.
  const onButton = target instanceof HTMLElement && target.closest("button") !== null;
  const onField = target instanceof HTMLInputElement;
  const { write } = keys;
  if (isKeypadKey(key) && !write) return () => keys.digit(key);
  if (write && !onField && key.length === 1 && !(onButton && key === " ")) return () => write(key);
  switch (key) {
    case "ArrowUp":
      return onField ? undefined : keys.up;
    case "ArrowDown":
      return onField ? undefined : keys.down;
    case "Backspace":
      return write && !onField ? keys.erase : undefined;
    case "Escape":
      return keys.back;
    case "Enter":
      return onButton ? undefined : keys.ok;
    default:
      return undefined;
  }
}

function isKeypadKey(key: string): key is KeypadKey {
  return /^[0-9*#]$/.test(key);
}
