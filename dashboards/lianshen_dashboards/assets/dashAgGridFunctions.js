/* Formatters and conditions that column definitions name. Money arrives as exact text and is only grouped here. */
(function () {
  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});

  functions.money = (text) => {
    if (text === null || text === undefined || text === "") return "";
    const [whole, part = "00"] = String(text).split(".");
    return whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",") + "." + part.padEnd(2, "0");
  };
  functions.score = (value) => (value === null || value === undefined ? "" : Number(value).toFixed(2));

  /* Reads what a person types into an amount: 1,234.5 -> "1234.50"; anything else stays as it was. */
  functions.amountTyped = (typed, before) => {
    const text = String(typed ?? "").replace(/[,，\s¥]/g, "");
    if (text === "") return null;
    if (!/^-?\d{1,12}(\.\d{1,2})?$/.test(text)) return before;
    const [whole, part = ""] = text.split(".");
    return whole + "." + part.padEnd(2, "0");
  };
})();
