/* Options of which one is chosen: a click, the arrows or the space bar; the choice goes to the hidden input behind. */
(function () {
  const marks = (group) => [...group.querySelectorAll("[role=radio]")];

  function choose(mark) {
    const group = mark.closest("[role=radiogroup]");
    const { option, code } = JSON.parse(mark.id);
    /* Through Dash, so that the next answer of the server knows what stands here. */
    for (const one of marks(group)) {
      const on = one === mark;
      window.dash_clientside.set_props(JSON.parse(one.id), { "aria-checked": String(on), tabIndex: on ? 0 : -1 });
    }
    window.dash_clientside.set_props({ field: option }, { value: code });
  }

  document.addEventListener("click", (event) => {
    const mark = event.target.closest("[role=radiogroup] > [role=radio]");
    if (mark) choose(mark);
  });

  const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, " ": 0 };
  document.addEventListener("keydown", (event) => {
    const mark = event.target.closest && event.target.closest("[role=radiogroup] > [role=radio]");
    if (!mark || !(event.key in STEPS)) return;
    event.preventDefault();
    const all = marks(mark.parentElement);
    const next = all[(all.indexOf(mark) + STEPS[event.key] + all.length) % all.length];
    choose(next);
    next.focus();
  });
})();
