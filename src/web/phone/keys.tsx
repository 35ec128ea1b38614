import type { DeskPhone, Handset, HandsetAct } from "../../model/desk.js";
import { firstName } from "../words.js";
import type { LampShown } from "./lamp.js";
import { keyClass, type Pointed } from "./pointer.js";
import type { KeypadKey } from "./typing.js";

const letters: Readonly<Partial<Record<KeypadKey, string>>> = {
  ...{ "2": "abc", "3": "def", "4": "ghi", "5": "jkl", "6": "mno", "7": "pqrs", "8": "tuv", "9": "wxyz" },
};
const keypad: readonly KeypadKey[] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

interface SoftKeysProps {
  readonly labels: readonly string[];
  readonly pointed: Pointed | undefined;
  onPress(at: number): void;
}

export function SoftKeys({ labels, pointed, onPress }: SoftKeysProps) {
  const isPointed = (label: string) => pointed !== undefined && "softkey" in pointed && pointed.softkey === label;
  return (
    <div class="softkeys" role="group" aria-label="Softkeys">
      {labels.map((label, at) => (
        <button
          key={at}
          type="button"
          class={isPointed(label) ? "key pointed" : "key"}
          data-softkey={at + 1}
          data-label={label}
          aria-label={label === "" ? `Softkey ${at + 1}, empty` : label}
          onClick={() => onPress(at)}
        >
          <span class="bar" />
        </button>
      ))}
    </div>
  );
}

interface LineKeysProps {
  readonly phone: DeskPhone;
  readonly lamp: LampShown;
  readonly launcher: string;
  /** The agent asks for help. */
  readonly raised: boolean;
  readonly pointed: Pointed | undefined;
  onLauncher(): void;
  onHelp(): void;
}

/** The keys beside the screen. The launcher's light is the lamp. */
export function LineKeys({ phone, lamp, launcher, raised, pointed, onLauncher, onHelp }: LineKeysProps) {
  return (
    <div class="linekeys">
      <span class="linekey own-line">
        <span class="led line" />
        <span>{firstName(phone.name)}</span>
      </span>
      <button
        type="button"
        class={keyClass("key linekey", "launcher", pointed)}
        data-key="launcher"
        aria-label={lamp.says === "Lamp off" ? launcher : `${launcher}. ${lamp.says}`}
        onClick={onLauncher}
      >
        <span
          class={`led ${lamp.power}${lamp.blinks ? " blinks" : ""}`}
          data-lamp={lamp.power}
          data-blinks={lamp.blinks}
        />
        <span>{launcher}</span>
      </button>
      {!phone.supervises && (
        <button type="button" class="key linekey" data-key="help" aria-pressed={raised} onClick={onHelp}>
          <span class={`led ${raised ? "hand" : "off"}`} />
          <span>{raised ? "Hand up" : "Help"}</span>
        </button>
      )}
    </div>
  );
}

export function DigitPad({ onDigit }: { onDigit(key: KeypadKey): void }) {
  return (
    <div class="pad" role="group" aria-label="Digits">
      {keypad.map((key) => (
        <button
          key={key}
          type="button"
          class="key digit"
          data-digit={key}
          aria-label={key === "*" ? "Star" : key === "#" ? "Pound" : `Digit ${key}`}
          onClick={() => onDigit(key)}
        >
          <b data-letters={letters[key] ?? ""}>{key}</b>
        </button>
      ))}
    </div>
  );
}

type NavigationProps = Readonly<Record<"up" | "down" | "ok", () => void>> & { readonly pointed: Pointed | undefined };

export function Navigation({ up, down, ok, pointed }: NavigationProps) {
  return (
    <div class="nav" role="group" aria-label="Navigation">
      <button type="button" class={keyClass("key up", "up", pointed)} data-key="up" aria-label="Up" onClick={up}>
        <svg viewBox="0 0 10 10" aria-hidden="true">
          <path d="M2 7l3-4 3 4z" />
        </svg>
      </button>
      <button
        type="button"
        class={keyClass("key down", "down", pointed)}
        data-key="down"
        aria-label="Down"
        onClick={down}
      >
        <svg viewBox="0 0 10 10" aria-hidden="true">
          <path d="M2 3l3 4 3-4z" />
        </svg>
      </button>
      <button type="button" class="key ok" data-key="ok" aria-label="OK" onClick={ok}>
        OK
      </button>
    </div>
  );
}

interface FunctionKeysProps {
  readonly phone: DeskPhone;
  readonly handset: Handset;
  readonly lamp: LampShown;
  onBack(): void;
  onAct(act: HandsetAct): void;
}

const micWords = { off: "Microphone", muted: "Microphone muted", open: "Microphone open" } as const;

export function FunctionKeys({ phone, handset, lamp, onBack, onAct }: FunctionKeysProps) {
  const held = handset.state === "held";
  return (
    <div class="functions">
      <button type="button" class="key" data-key="back" aria-label="Back" onClick={onBack}>
        <svg viewBox="0 0 10 10" aria-hidden="true">
          <path class="stroke" d="M2.5 2.5l5 5m0-5l-5 5" />
        </svg>
      </button>
      <button
        type="button"
        class="key"
        data-key="hold"
        disabled={phone.hook === "real"}
        aria-pressed={held}
        onClick={() => {
          if (held) onAct("resume");
          else if (handset.state === "talking") onAct("hold");
        }}
      >
        {held ? "Resume" : "Hold"}
      </button>
      {phone.supervises && (
        <span class="mic" role="img" aria-label={micWords[lamp.mic]} data-mic={lamp.mic}>
          <span class={`led mic-${lamp.mic}`} />
          mic
        </span>
      )}
    </div>
  );
}
