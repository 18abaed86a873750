/* Cell renderers of the queue. Names and colours of states come with the row, not from here. */
(function () {
  const cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const element = (...parts) => React.createElement(...parts);

  cells.State = ({ data }) => data ? element("span", { className: "pill " + data.state_colour }, data.state_name) : null;

  cells.Severity = ({ data }) => {
    if (!data) return null;
    const bars = element("span", { className: "bars", "aria-hidden": true }, element("i"), element("i"), element("i"));
    return element("span", { className: "severity s" + data.severity }, bars, data.severity_name);
  };

  cells.Clock = ({ data }) => data && data.clock_text
    ? element("span", { className: "clock " + data.clock_class }, data.clock_text)
    : null;
})();
