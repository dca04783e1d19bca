// What pages do beyond links and forms: nothing here is needed to read them.
"use strict";

// A finding or a cell that the address names stands in a folded part: unfold it.
function unfold() {
  const place = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let one = place; one; one = one.parentElement) {
    if (one.tagName === "DETAILS") one.open = true;
  }
  if (place) place.scrollIntoView({ block: "center" });
}
addEventListener("hashchange", unfold);
unfold();

// Menus of Datasette's own pages close when something else is touched.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.actions-menu-links[open], details.nav-menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
