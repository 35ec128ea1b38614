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
  /** The lamp is a key of its own, which the PBX lights; else it is the launcher's light. */
  readonly blf?: boolean;
  /** The agent asks for help. */
  readonly raised: boolean;
  readonly pointed: Pointed | undefined;
  onLauncher(): void;
  onHelp(): void;
}

/** The keys beside the screen. */
export function LineKeys({ phone, lamp, launcher, blf = false, raised, pointed, onLauncher, onHelp }: LineKeysProps) {
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
        aria-label={blf || lamp.says === "Lamp off" ? launcher : `${launcher}. ${lamp.says}`}
        onClick={onLauncher}
      >
        {blf && !phone.supervises ? <span class="led off" /> : <Light lamp={lamp} />}
        <span>{launcher}</span>
      </button>
      {blf && !phone.supervises && (
        <span class="linekey own-line" role="img" aria-label={lamp.says}>
          <Light lamp={lamp} />
          <span>Lamp</span>
        </span>
      )}
      {!phone.supervises && (
        <button type="button" class="key linekey" data-key="help" aria-pressed={raised} onClick={onHelp}>
          <span class={`led ${raised ? "hand" : "off"}`} />
          <span>{raised ? "Hand up" : "Help"}</span>
        </button>
      )}
    </div>
  );
}

function Light({ lamp }: { readonly lamp: LampShown }) {
  return (
    <span class={`led ${lamp.power}${lamp.blinks ? " blinks" : ""}`} data-lamp={lamp.power} data-blinks={lamp.blinks} />
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

interface NavigationProps {
  readonly up: () => void;
  readonly down: () => void;
  readonly ok: () => void;
  /** Keys to both sides, where the phone has them. */
  readonly across?: Readonly<Record<"left" | "right", () => void>>;
  /** What is on the key in the middle. */
  readonly middle?: "OK" | "Select";
  readonly pointed: Pointed | undefined;
}

const arrows = { up: "M2 7l3-4 3 4z", down: "M2 3l3 4 3-4z", left: "M7 2l-4 3 4 3z", right: "M3 2l4 3-4 3z" } as const;

export function Navigation({ up, down, ok, across, middle = "OK", pointed }: NavigationProps) {
  const keys = Object.entries({ up, down, ...across }) as [keyof typeof arrows, () => void][];
  return (
    <div class="nav" role="group" aria-label="Navigation">
      {keys.map(([name, press]) => (
        <button
          key={name}
          type="button"
          class={keyClass(`key ${name}`, name, pointed)}
          data-key={name}
          aria-label={name.charAt(0).toUpperCase() + name.slice(1)}
          onClick={press}
        >
          <svg viewBox="0 0 10 10" aria-hidden="true">
            <path d={arrows[name]} />
          </svg>
        </button>
      ))}
      <button type="button" class={keyClass("key ok", "ok", pointed)} data-key="ok" aria-label={middle} onClick={ok}>
        {middle === "OK" ? (
          "OK"
        ) : (
          <svg viewBox="0 0 10 10" aria-hidden="true">
            <path class="stroke" d="M2 5.4l2.2 2.2L8.2 2.8" />
          </svg>
        )}
      </button>
    </div>
  );
}

interface FunctionKeysProps {
  readonly phone: DeskPhone;
  readonly handset: Handset;
  readonly lamp: LampShown;
  onBack(): void;
  /** Takes the last character back, where the phone has a key for it: Back is an arrow beside it then. */
  readonly onErase?: () => void;
  onAct(act: HandsetAct): void;
}

const cross = "M2.5 2.5l5 5m0-5l-5 5";
const backArrow = "M4 1.8L1.6 4.2 4 6.600M1.8 4.2h4.700a1.9 1.9 0 0 1 0 3.800H4";
const eraser = "M3.6 1.8h5.200v6.400H3.600L1 5zM4.900 3.900l2.200 2.200m0-2.200l-2.200 2.200";
const micWords = { off: "Microphone", muted: "Microphone muted", open: "Microphone open" } as const;

export function FunctionKeys({ phone, handset, lamp, onBack, onErase, onAct }: FunctionKeysProps) {
  const held = handset.state === "held";
  return (
    <div class="functions">
      <div class="pair">
        <button type="button" class="key" data-key="back" aria-label="Back" onClick={onBack}>
          <svg viewBox="0 0 10 10" aria-hidden="true">
            <path class="stroke" d={onErase ? backArrow : cross} />
          </svg>
        </button>
        {onErase && (
          <button type="button" class="key" data-key="erase" aria-label="Delete a character" onClick={onErase}>
            <svg viewBox="0 0 10 10" aria-hidden="true">
              <path class="stroke" d={eraser} />
            </svg>
          </button>
        )}
      </div>
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
