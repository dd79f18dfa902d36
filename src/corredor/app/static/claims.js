// The claims that ship with Corredor, each with its verdict, the number found and the reason.

import { ask, csv, download, element, t } from "./core.js";

export async function drawClaims(holder, language) {
  holder.replaceChildren(element("p", { class: "note" }, t("claims.wait")));
  let files;
  try {
    files = await ask(`claims?language=${language}`);
  } catch (error) {
    holder.replaceChildren(element("p", { class: "alert" }, t("error.failed", { message: error.message })));
    return;
  }
  holder.replaceChildren(element("p", { class: "note" }, t("claims.intro")), ...files.flatMap((file) => [
    element("h3", {}, file.title),
    element("p", { class: "note" }, `${t("claims.command")} `, element("code", {}, file.command)),
    ...file.claims.map(card),
    element("div", { class: "tools" }, element("button", { type: "button", onclick: () => save(file) }, t("chart.csv"))),
  ]));
}

function card(claim) {
  const found = claim.found ? `${t("claims.found")}: ${claim.found}. ` : "";
  return element("article", { class: "claim", "data-verdict": claim.kind },
    element("p", {}, element("strong", {}, claim.statement), " ", element("span", { class: "verdict" }, `${claim.sign} ${claim.verdict}`)),
    element("p", {}, `${found}${claim.reason}`),
    element("p", { class: "note" }, [claim.said_by, claim.note, claim.source].filter(Boolean).join(" ")));
}

function save(file) {
  const keys = ["id", "statement", "said_by", "verdict", "found", "reason", "note", "source"];
  download(`${file.file}.csv`, "text/csv", csv([keys, ...file.claims.map((claim) => keys.map((key) => claim[key]))]));
}
