/* The cases of the queue as an Excel file: its filter, and its columns as they stand. */
(function () {
  const L = window.lianshen;
  const Q = L.queue;

  function address(button) {
    const known = button.dataset.columns.split(",");
    const shown = Q.grid().getAllDisplayedColumns().map((column) => column.getColId());
    const asked = new URLSearchParams(Q.query);
    asked.set("columns", shown.filter((name) => known.includes(name)).join(","));
    return "/api/v1/cases/export." + button.dataset.export + "?" + asked;
  }

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  async function take(button) {
    button.disabled = true;
    L.toast(L.say("queue.exporting"));
    try {
      const answer = await fetch(address(button));
      if (!answer.ok) {
        const told = await answer.json();
        return L.toast(told.detail || told.title, { bad: true });
      }
      const name = (answer.headers.get("content-disposition") || "").split("filename*=UTF-8''")[1];
      save(await answer.blob(), decodeURIComponent(name || "cases.xlsx"));
      return L.toast(L.say("queue.exported"));
    } finally {
      button.disabled = false;
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-export]");
    if (button && Q.grid()) take(button);
  });
})();
