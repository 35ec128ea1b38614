import type { DeskPhone } from "../model/desk.js";
import { CallList } from "./floor/call-list.js";
import { Hearing } from "./floor/hearing.js";
import { Panel } from "./panel/panel.js";
import { ModelChoice } from "./phone/choice.js";
import { formNamed } from "./phone/forms.js";
import { lampOf } from "./phone/lamp.js";
import { PhonePaint } from "./phone/paint.js";
import { Phone } from "./phone/phone.js";
import { Banners } from "./standing/banners.js";
import { Header } from "./standing/header.js";
import { SignIn } from "./standing/sign-in.js";
import { agents, desk, hello, lights, link } from "./store.js";
import { Tour } from "./tour/tour.js";

/** The whole page. */
export function Desk() {
  if (link.value === "signed-out") return <SignIn />;
  const supervisor = desk.value;
  return (
    <>
      <PhonePaint />
      <Header />
      <Banners />
      {hello.value ? (
        <main class="desk">
          <div class="column">
            <div class="lead">
              <Tour />
              {supervisor && <PhonePlace key={supervisor.mac} phone={supervisor} does="supervises" />}
            </div>
            {agents.value.slice(0, 2).map((agent) => (
              <PhonePlace key={agent.mac} phone={agent} does="takes calls" />
            ))}
          </div>
          <div class="column">
            <Hearing />
            <CallList />
            <Panel />
          </div>
        </main>
      ) : (
        <main class="waiting">
          <p>Connecting to the gateway</p>
        </main>
      )}
    </>
  );
}

function PhonePlace({ phone, does }: Readonly<{ phone: DeskPhone; does: string }>) {
  return (
    <figure class={`phone-figure ${phone.supervises ? "supervisor-place" : "agent-place"}`}>
      <figcaption>
        <b>{phone.name}</b> {does} <ModelChoice phone={phone} />
        {!phone.supervises && <LampWords phone={phone} />}
        {phone.supervises && <span class="hint">Keys: arrows, Enter, Esc, digits, F1 to F4</span>}
      </figcaption>
      <div class="phone-place">
        <Phone phone={phone} />
      </div>
    </figure>
  );
}

/** The lamp again, for whoever cannot tell its colours apart. */
function LampWords({ phone }: { readonly phone: DeskPhone }) {
  const { power, blinks } = lampOf(phone, lights.value.get(phone.mac), undefined, formNamed(phone.form)?.lamps);
  if (power === "off") return <span class="hint">lamp off</span>;
  if (power === "unknown") return <span class="hint">lamp unknown</span>;
  if (power === "on") return <span class="hint mark join">lamp on</span>;
  return <span class={`hint mark ${power}`}>{`${power}, ${blinks ? "mic open" : "muted"}`}</span>;
}
