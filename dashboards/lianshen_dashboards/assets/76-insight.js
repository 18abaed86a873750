/* Tables of institutions: names that are links, and a search that filters what is there. */
(function () {
  const cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const formats = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  const L = window.lianshen;

  cells.Link = ({ value, data }) => {
    if (!data || !data.link) return value;
    const go = (event) => {
      if (event.metaKey || event.ctrlKey || event.button) return;
      event.preventDefault();
      L.go(data.link);
    };
    return React.createElement("a", { href: data.link, onClick: go }, value);
  };
  cells.Place = ({ data }) => data && data.place_name
    ? React.createElement("span", { className: data.place_class }, data.place_name)
    : null;
  formats.percent = (value) => (value === null || value === undefined ? "" : (100 * value).toFixed(1) + "%");
  formats.whole = (value) => (value === null || value === undefined ? "" : Number(value).toLocaleString("en-US"));

  formats.byAmount = (one, other) => Number(one || 0) - Number(other || 0);

  document.addEventListener("input", function (event) {
    const box = event.target.closest("[data-filters-grid]");
    if (!box) return;
    const api = window.dash_ag_grid && window.dash_ag_grid.getApi(box.dataset.filtersGrid);
    if (api) api.setGridOption("quickFilterText", event.target.value);
  });
})();
