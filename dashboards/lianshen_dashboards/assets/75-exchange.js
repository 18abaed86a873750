/* Inquiries and notices: searching through the address, and how many notices nobody has read. */
(function () {
  const L = window.lianshen;

  /* A search goes into the address like any other filter, without loading the app anew. */
  document.addEventListener("submit", function (event) {
    const form = event.target.closest("form[data-search]");
    if (!form) return;
    event.preventDefault();
    const url = new URL(location.href);
    const wanted = form.querySelector("input").value.trim();
    url.searchParams.delete("page");
    if (wanted) url.searchParams.set(form.dataset.search, wanted);
    else url.searchParams.delete(form.dataset.search);
    L.go(url.pathname + url.search);
  });

  /* Asked when somebody goes somewhere, never by a timer: that would keep an abandoned session alive. */
  async function countUnread() {
    if (!document.getElementById("unread")) return;
    const answer = await fetch("/api/v1/notices/unread");
    if (!answer.ok) return;
    const { unread } = await answer.json();
    window.dash_clientside.set_props("unread", { children: unread ? String(unread) : "" });
  }

  const navigated = window.dash_clientside.lianshen.navigated;
  window.dash_clientside.lianshen.navigated = function (...given) {
    countUnread().catch(() => {});
    return navigated(...given);
  };
})();
