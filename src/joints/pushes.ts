import { PhoneDelivery } from "../delivery/index.js";
import { BranchLines, PhonePushes, type PhoneTopics, type PushedPage } from "../dispatch/index.js";
import type { Mac, PersonId, Phone, PushTap } from "../model/index.js";
import { deliveryKeys, type MqttBus, SignedBranchBus } from "../mqtt/index.js";
import { keepPush } from "./places.js";
import type { Joints, Running } from "./running.js";

/** The phones that can be pushed to, each by its own way. */
export function phonePushes(
  running: Running,
  { store, writer, phones, pbx, sheets, say, sip }: Joints,
  { tap, topics, offices }: { tap: PushTap; topics: PhoneTopics; offices: BranchLines | undefined },
): PhonePushes {
  const { config, clock, log } = running.options;
  const host = new URL(config.http.publicUrl).hostname;
  // A phone of somebody who has just gone is told to show nobody.
  const extensionOf = (person: PersonId) =>
    (writer.state.people.get(person) ?? writer.state.former.get(person))?.extension;
  const push = running.own(
    new PhoneDelivery({ extensionOf, host, notify: pbx.notify?.bind(pbx), message: sip?.message.bind(sip) }),
  );
  const url = async (mac: Mac, page: PushedPage): Promise<string | undefined> => {
    // What is behind OK on a notice is fetched by a phone that can; its key does not go over a broker.
    if (phones.get(mac)?.branch !== undefined) return page === "home" ? running.publicUrl() : undefined;
    const token = await store.tokenOf(mac);
    const owner = phones.get(mac)?.owner;
    if (!token || !owner) return undefined;
    return running.server?.pushedUrl(token, page, writer.state.steps.get(owner) ?? 0);
  };
  const profile = ({ vendor, model }: Phone) => sheets.profile(vendor, model);
  const pushes = running.own(
    new PhonePushes({
      ...{ phones, push, profile, url, say, clock, log, tap, random: Math.random },
      delivered: (mac, last) => {
        topics.delivered(mac, last);
        keepPush({ phones, writer, store }, mac, last);
      },
      ...(offices && { branch: offices.line.bind(offices) }),
    }),
  );
  pushes.start();
  running.pushes = pushes;
  return pushes;
}

/** The branch offices, whose own processes push to their phones. */
export function branchOffices(
  running: Running,
  { secrets, epoch }: Joints,
  bus: MqttBus,
  topics: PhoneTopics,
): BranchLines | undefined {
  const { config, log, clock } = running.options;
  const { branches } = config;
  if (!branches) return undefined;
  const keys = deliveryKeys(config, secrets.branchPassword);
  const { base } = config.mqtt;
  const signed = new SignedBranchBus({ bus, base, key: secrets.branchKey, epoch, deliveryKeys: keys, log });
  const delivered = topics.delivered.bind(topics);
  const newId = (): string => running.newId("notice");
  const offices = new BranchLines({ branches, bus: signed, clock, log, newId, epoch, delivered });
  offices.start();
  return offices;
}
