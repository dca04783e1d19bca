// The key is put together here, so that only a browser asks the right address.
(function () {
  var key = [17, 42, 99].map(function (one) { return one.toString(16); }).join("");
  var list = document.createElement("ul");
  list.className = "list";
  document.getElementById("app").appendChild(list);
  function show(rows) {
    rows.forEach(function (row) {
      var item = document.createElement("li"), link = document.createElement("a"), day = document.createElement("span");
      link.href = row.url; link.title = row.title; link.textContent = row.title; day.textContent = row.date;
      item.appendChild(link); item.appendChild(day); list.appendChild(item);
    });
  }
  function ask(page) {
    fetch("/gongkai/api/list?k=" + key + "&p=" + page).then(function (answer) { return answer.json(); }).then(function (data) {
      show(data.rows);
      if (page < data.pages) { ask(page + 1); } else { list.setAttribute("data-done", "1"); }
    });
  }
  ask(1);
})();
