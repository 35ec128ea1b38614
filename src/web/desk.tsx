import { CallList } from "./floor/call-list.js";
import { Hearing } from "./floor/hearing.js";
import { Panel } from "./panel/panel.js";
import { PhonePaint } from "./phone/body.js";
import { Phone } from "./phone/phone.js";
import { Banners } from "./standing/banners.js";
import { Header } from "./standing/header.js";
import { SignIn } from "./standing/sign-in.js";
import { agents, desk, hello, link } from "./store.js";
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
          <div class="lead">
            <Tour />
            {supervisor && (
              <figure class="phone-figure">
                <figcaption>
                  <b>{supervisor.name}</b> supervises
                  <span class="hint">Keys: arrows, Enter, Esc, digits, F1 to F4</span>
                </figcaption>
                <div class="phone-place">
                  <Phone key={supervisor.mac} phone={supervisor} />
                </div>
              </figure>
            )}
          </div>
          <Hearing />
          <CallList />
          {agents.value.slice(0, 2).map((agent) => (
            <figure key={agent.mac} class="phone-figure agent-place">
              <figcaption>
                <b>{agent.name}</b> answers calls
              </figcaption>
              <div class="phone-place">
                <Phone phone={agent} />
              </div>
            </figure>
          ))}
          <Panel />
        </main>
      ) : (
        <main class="waiting">
          <p>Connecting to the gateway</p>
        </main>
      )}
    </>
  );
}
