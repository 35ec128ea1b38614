import "./styles/tokens.css";
import "./styles/layout.css";
import "./styles/floor.css";
import "./styles/calls.css";
import "./styles/panel.css";
import "./styles/phone.css";
import "./styles/screen.css";
import "./styles/keys.css";
import "./styles/upright.css";
import "./styles/tour.css";
import { render } from "preact";
import { Desk } from "./desk.js";
import { stream } from "./desk-stream.js";

const place = document.getElementById("desk");
if (place) render(<Desk />, place);
stream.start();
