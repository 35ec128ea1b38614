import { batch } from "@preact/signals";
import type { DeskNews, FloorCall } from "../model/desk.js";
import type { CallId } from "../model/ids.js";
import * as store from "./store.js";

/** Lines that a panel keeps. */
const kept = 200;

/**
 * Takes a batch of news in: everything that follows the store is told once.
 * @param fresh a new connection begins with it, which tells everything again
 */
export function takeNews(news: readonly DeskNews[], fresh: boolean): void {
  batch(() => {
    if (fresh) forget();
    const calls = new Map(store.calls.value);
    for (const one of news) take(one, calls);
    store.calls.value = calls;
    follow();
  });
}

function take(news: DeskNews, live: Map<CallId, FloorCall>): void {
  switch (news.type) {
    case "hello":
      store.ahead.value = news.now - Date.now();
      store.hello.value = news;
      store.pace.value = news.pace;
      return;
    case "standing":
      store.standing.value = { pbx: news.pbx, broker: news.broker };
      return;
    case "floor":
      live.clear();
      for (const call of news.calls) live.set(call.id, call);
      return;
    case "call":
      live.set(news.call.id, news.call);
      return;
    case "call-gone":
      live.delete(news.call);
      return;
    case "handset":
      store.handsets.value = new Map(store.handsets.value).set(news.phone, news.handset);
      return;
    case "light":
      store.lights.value = new Map(store.lights.value).set(news.phone, news.lamp);
      return;
    case "notice":
      store.notices.value = new Map(store.notices.value).set(news.phone, news.notice);
      return;
    case "help": {
      const hands = new Set(store.hands.value);
      if (news.raised) hands.add(news.person);
      else hands.delete(news.person);
      store.hands.value = hands;
      return;
    }
    case "topic": {
      const times = (store.topics.value.get(news.topic)?.times ?? 0) + 1;
      store.topics.value = new Map(store.topics.value).set(news.topic, { ...news, times });
      return;
    }
    case "audit":
      if (store.record.value.some((row) => row.id === news.row.id)) return;
      store.record.value = [news.row, ...store.record.value].slice(0, kept);
      return;
    case "push":
      store.pushes.value = [news.push, ...store.pushes.value].slice(0, kept);
      return;
    case "pace":
      store.pace.value = news.pace;
      return;
    default:
      news satisfies never;
  }
}

/** Nothing of what was told stays in this page: whoever was signed in is no longer. */
export function forgetAll(): void {
  batch(() => {
    forget();
    store.hello.value = undefined;
    store.standing.value = undefined;
    store.calls.value = new Map();
    store.handsets.value = new Map();
    store.notices.value = new Map();
    store.chosen.value = undefined;
  });
}

function forget(): void {
  store.record.value = [];
  store.pushes.value = [];
  store.topics.value = new Map();
  store.hands.value = new Set();
  store.lights.value = new Map();
}

let followed: string | undefined;

/** The floor follows the call that is supervised here; where the chosen call is over, another takes its place. */
function follow(): void {
  const own = store.own.value?.call.id;
  if (own !== undefined && own !== followed) store.chosen.value = own;
  followed = own;
  if (store.chosenCall.value) return;
  const answered = [...store.calls.value.values()].find((call) => call.answeredAt !== undefined);
  store.chosen.value = own ?? answered?.id;
}
