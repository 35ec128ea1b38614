import { BlfLamps, BusyLamps, Dispatch, goOnline, PhoneTopics, SupervisorTopics } from "../dispatch/index.js";
import type { BrowserDesk } from "../http/index.js";
import { blfKeysOf, type Extension, type PersonId } from "../model/index.js";
import { HomeAssistant, joinedTaps, MqttBus } from "../mqtt/index.js";
import { SipWatch } from "../sip/index.js";
import type { Writer } from "../state/index.js";
import { branchOffices, phonePushes } from "./pushes.js";
import type { Joints, Running, Telling } from "./running.js";

/** Whatever tells people something that they have not asked for: the bus and the pushes. */
export function startTelling(running: Running, joints: Joints, desk: BrowserDesk | undefined): Telling {
  const { config, log, clock } = running.options;
  const { writer, policy, phones, epoch, say, link } = joints;
  const { gateway } = config;
  const { base } = config.mqtt;
  const guest = homeAssistant(running, writer);
  const tap = joinedTaps([running.feed, ...(desk ? [desk.tap] : [])]);
  const left = joints.store.retained;
  const bus = running.own(new MqttBus({ base, gateway, link, log, left, tap, ...(guest && { guest }) }));
  running.bus = bus;
  const phoneTopics = running.own(new PhoneTopics({ phones, bus, log, gateway, epoch }));
  phoneTopics.start();
  const offices = branchOffices(running, joints, bus, phoneTopics);
  const pushes = phonePushes(running, joints, { tap, topics: phoneTopics, offices });
  const set = joints.pbx.lamp?.bind(joints.pbx);
  const keysOf = (person: PersonId) => blfKeysOf(phones.of(person), person);
  const lamps = set && running.own(new BlfLamps({ set, keysOf, clock, log }));
  if (lamps)
    running.undoLater(
      phones.follow((before, now) => {
        for (const owner of new Set([before, now].flatMap((one) => one?.owner ?? []))) lamps.keysChanged(owner);
      }),
    );
  const dispatch = running.own(
    new Dispatch({
      ...(lamps && { lamps }),
      ...{ writer, policy, bus, pushes, clock, log, epoch, gateway },
      newId: () => running.newId("notice"),
      sentence: (agent, { name, mode }) => say(agent)(`notice.${mode}`, { name }),
    }),
  );
  dispatch.start();
  const supervisors = running.own(new SupervisorTopics({ writer, policy, bus, log, epoch, gateway }));
  supervisors.start();
  goOnline({ writer, bus, topics: [dispatch, supervisors, phoneTopics, ...(offices ? [offices] : [])] });
  return { dispatch, pushes, phoneTopics, ...(lamps && { lamps }) };
}

/** Who announces everybody's devices, where the site has a Home Assistant. */
function homeAssistant(running: Running, writer: Writer): HomeAssistant | undefined {
  const { config, clock, version = "0" } = running.options;
  const { base, homeAssistant } = config.mqtt;
  if (!homeAssistant) return undefined;
  const { prefix } = homeAssistant;
  const site = { prefix, base, gateway: config.gateway };
  const made = running.own(new HomeAssistant({ ...site, version, writer, clock, random: Math.random }));
  made.start();
  return made;
}

/** earshot's own SIP account, where the site has one: it watches busy lamps and sends texts. */
export function startSip(running: Running, { secrets, writer, pbx }: Joints): SipWatch | undefined {
  const { config, log, clock } = running.options;
  const account = config.pbx.kind === "asterisk" ? config.pbx.sip : undefined;
  if (!account) return undefined;
  const sip = new SipWatch({ ...account, password: secrets.accountPassword(account.username), clock, log });
  const outOfSight = async (all: readonly Extension[]) => (pbx.outOfSight ? await pbx.outOfSight(all) : []);
  running.busyLamps = running.own(new BusyLamps({ writer, sip, outOfSight, now: () => clock.now(), log }));
  running.busyLamps.start();
  return sip;
}
