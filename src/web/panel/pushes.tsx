import type { PushResult } from "../../model/desk.js";
import { pushes } from "../store.js";
import { clockTime } from "../words.js";
import { AboutWhom, isShown } from "./about.js";
import { personName } from "./person-name.js";

const ways: Record<PushResult["by"], string> = { mqtt: "MQTT", notify: "NOTIFY", http: "HTTP", message: "SIP text" };

export function PushList() {
  if (pushes.value.length === 0) return <p class="empty">Nothing has been sent to a device yet.</p>;
  const shown = pushes.value.filter(({ person }) => isShown(person));
  return (
    <>
      <div class="bar">
        <AboutWhom />
      </div>
      <table class="pushes">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Person</th>
            <th scope="col">What</th>
            <th scope="col">Result</th>
            <th scope="col" class="number">
              ms
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((push, at) => (
            <tr key={shown.length - at}>
              <td>{clockTime(push.at)}</td>
              <td>{personName(push.person)}</td>
              <td>
                {push.kind} <span class="way">{ways[push.by]}</span>
              </td>
              <td>
                <span class={`mark ${push.result}`}>{push.result}</span>
              </td>
              <td class="number">{push.ms}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
