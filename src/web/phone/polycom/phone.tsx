import type { DeskPhone } from "../../../model/desk.js";
import { ask } from "../../ask.js";
import { hands } from "../../store.js";
import { callKeys } from "../call-screen.js";
import { Frame } from "../frame.js";
import { DigitPad, FunctionKeys, LineKeys, Navigation, SoftKeys } from "../keys.js";
import { Screen, SoftkeyLabels } from "../screens.js";
import { usePhone } from "../use-phone.js";
import { PolycomPage } from "./page.js";
import { PolycomPhone } from "./polycom-phone.js";
import type { KeyShown } from "./softkeys.js";
import { TouchKeys } from "./touch-keys.js";

const machines = {
  soundpoint: (launcher: string) => new PolycomPhone(launcher, "microbrowser"),
  vvx: (launcher: string) => new PolycomPhone(launcher, "vvx"),
} as const;

/** A SoundPoint with its softkeys below the screen, or a VVX, whose screen can be touched. */
export function Polycom({ phone, form }: { readonly phone: DeskPhone; readonly form: keyof typeof machines }) {
  const { machine, ...state } = usePhone(phone, machines[form], "on-off");
  const { screen, standing, handset, launcher, lamp, notice, pointed, act } = state;
  const { document, typed } = machine.shown.value;
  const calling = callKeys(handset.state, launcher);
  const labelOf = (key: KeyShown): string => {
    if (key === undefined) return "";
    if (key === "mode") return typed.keypad.mode;
    return key === "more" ? "More" : key.label;
  };
  const idle = [launcher, "", "", ""];
  const own = handset.state === "idle" ? idle : calling.map((key) => key?.label ?? "");
  const labels = screen === "page" ? machine.keys().map(labelOf) : own;
  const softkey = (at: number) => {
    if (screen === "page") machine.softkey(at + 1);
    else if (handset.state !== "idle") {
      const key = calling[at];
      if (key) act(key.does);
    } else if (at === 0) machine.open();
  };
  const onPage = (does: () => void) => () => {
    if (screen === "page") does();
  };
  const raised = hands.value.has(phone.person);
  const [up, down] = [onPage(() => machine.move(-1)), onPage(() => machine.move(1))];
  return (
    <Frame {...{ phone, machine, state, form }} power="off" onSoftkey={softkey}>
      <Screen
        {...{ screen, standing, handset, notice, name: phone.name, extension: phone.extension }}
        stampsNotices
        title={document?.title}
        page={document && <PolycomPage {...{ machine, document, pointed, extension: phone.extension }} />}
        foot={
          form === "vvx" ? (
            <TouchKeys labels={labels} onPress={softkey} />
          ) : (
            <SoftkeyLabels labels={labels} onPress={softkey} />
          )
        }
      />
      {form === "soundpoint" && <SoftKeys labels={labels} pointed={pointed} onPress={softkey} />}
      <LineKeys
        {...{ phone, lamp, launcher, raised, pointed }}
        blf
        onLauncher={() => machine.open()}
        onHelp={() => void ask.help(phone.mac, !raised)}
      />
      <DigitPad onDigit={(key) => onPage(() => machine.dial(key))()} />
      <Navigation
        {...{ up, down, pointed }}
        across={{ left: up, right: down }}
        middle="Select"
        ok={onPage(() => machine.ok())}
      />
      <FunctionKeys
        {...{ phone, handset, lamp }}
        onBack={onPage(() => machine.back())}
        onErase={onPage(() => machine.erase())}
        onAct={act}
      />
    </Frame>
  );
}
