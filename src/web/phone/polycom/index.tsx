import "./polycom.css";
import "./soundpoint.css";
import "./vvx.css";
import type { Form } from "../form.js";
import { Polycom } from "./phone.js";

/** A SoundPoint: the microbrowser, with four softkeys and a grey screen. */
export const soundpoint: Form = {
  Phone: ({ phone }) => <Polycom phone={phone} form="soundpoint" />,
  lamps: "on-off",
  paint: {
    shell: [
      [0, "#55544f"],
      [0.4, "#353431"],
      [1, "#201f1d"],
    ],
    deck: [
      [0, "#b9bcb8"],
      [0.5, "#8f9490"],
      [1, "#6d716e"],
    ],
    grip: [
      [0, "#141312"],
      [0.35, "#55524d"],
      [0.6, "#3b3936"],
      [1, "#12110f"],
    ],
  },
};

/** A VVX: a browser whose pages have links alone, on a colour screen that is touched. */
export const vvx: Form = {
  Phone: ({ phone }) => <Polycom phone={phone} form="vvx" />,
  lamps: "on-off",
  paint: {
    shell: [
      [0, "#2e3238"],
      [0.5, "#17191c"],
      [1, "#0c0d0f"],
    ],
    deck: [
      [0, "#050607"],
      [1, "#0b0c0e"],
    ],
    grip: [
      [0, "#08090a"],
      [0.35, "#383d45"],
      [0.6, "#262a2f"],
      [1, "#08090a"],
    ],
  },
};
