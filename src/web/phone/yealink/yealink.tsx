import type { DeskPhone } from "../../../model/desk.js";
import { ask } from "../../ask.js";
import { hands } from "../../store.js";
import { callKeys } from "../call-screen.js";
import type { Form } from "../form.js";
import { Frame } from "../frame.js";
import { DigitPad, FunctionKeys, LineKeys, Navigation, SoftKeys } from "../keys.js";
import { Screen, SoftkeyLabels } from "../screens.js";
import { usePhone } from "../use-phone.js";
import { YealinkPage } from "./page.js";
import { YealinkPhone } from "./yealink-phone.js";

const make = (launcher: string) => new YealinkPhone(launcher);

/** A Yealink: a TextMenu, a TextScreen or an InputScreen, four softkeys below it. */
function Yealink({ phone }: { readonly phone: DeskPhone }) {
  const { machine, ...state } = usePhone(phone, make, "colours");
  const { screen, standing, handset, launcher, lamp, notice, pointed, act } = state;
  const shown = machine.shown.value;
  const { document } = shown;
  const callSoftkeys = callKeys(handset.state, launcher);
  const keyOf = (at: number) => document?.keys.find((key) => key.index === at + 1)?.label ?? "";
  const labels = [0, 1, 2, 3].map((at) => (screen === "page" ? keyOf(at) : (callSoftkeys[at]?.label ?? "")));
  const raised = hands.value.has(phone.person);
  const softkey = (at: number) => {
    const key = callSoftkeys[at];
    if (screen === "page") machine.softkey(at + 1);
    else if (key) act(key.does);
  };
  const onPage = (does: () => void) => () => {
    if (screen === "page") does();
  };
  return (
    <Frame {...{ phone, machine, state }} form="yealink" power={lamp.power} onSoftkey={softkey}>
      <Screen
        {...{ screen, standing, handset, notice, name: phone.name, extension: phone.extension }}
        title={document?.title}
        page={
          document && (
            <YealinkPage
              {...{ document, shown, extension: phone.extension }}
              onWrite={(text) => machine.write(text)}
              onRow={(row) => (row === shown.row ? machine.ok() : machine.select(row))}
            />
          )
        }
        foot={<SoftkeyLabels labels={labels} onPress={softkey} />}
      />
      <SoftKeys labels={labels} pointed={pointed} onPress={softkey} />
      <LineKeys
        {...{ phone, lamp, launcher, raised, pointed }}
        onLauncher={() => machine.open()}
        onHelp={() => void ask.help(phone.mac, !raised)}
      />
      <DigitPad onDigit={(key) => onPage(() => machine.dial(key))()} />
      <Navigation
        up={onPage(() => machine.move(-1))}
        down={onPage(() => machine.move(1))}
        ok={onPage(() => machine.ok())}
        pointed={pointed}
      />
      <FunctionKeys {...{ phone, handset, lamp }} onBack={onPage(() => machine.back())} onAct={act} />
    </Frame>
  );
}

export const yealink: Form = {
  Phone: Yealink,
  lamps: "colours",
  paint: {
    shell: [
      [0, "#434a54"],
      [0.45, "#2c323a"],
      [1, "#1b1f25"],
    ],
    deck: [
      [0, "#22272e"],
      [1, "#171b20"],
    ],
    grip: [
      [0, "#15181c"],
      [0.35, "#4a525c"],
      [0.6, "#363d46"],
      [1, "#121519"],
    ],
  },
};
