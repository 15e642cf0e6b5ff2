// What makes the pages more comfortable; each of them works without it.
(function () {
  "use strict";

  function copy(field) {
    if (navigator.clipboard && window.isSecureContext) {
      return navigator.clipboard.writeText(field.value);
    }
    field.focus();
    field.select();
    return document.execCommand("copy") ? Promise.resolve() : Promise.reject(new Error("copy"));
  }

  function prepare(root) {
    root.querySelectorAll("button[data-copier]").forEach(function (button) {
      button.hidden = false;
    });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("button[data-copier]");
    if (!button) {
      return;
    }
    var field = document.getElementById(button.dataset.copier);
    var before = button.textContent;
    copy(field).then(function () {
      button.textContent = button.dataset.fait;
      setTimeout(function () { button.textContent = before; }, 2000);
    }, function () {
      field.focus();
      field.select();
    });
  });

  document.addEventListener("htmx:afterSettle", function (event) {
    prepare(document);
    document.querySelectorAll("form[data-annonce] .champ").forEach(function (field) {
      var control = field.querySelector("input, select");
      var error = field.querySelector(".erreur-champ");
      if (control && error) {
        control.setAttribute("aria-invalid", "true");
        control.setAttribute("aria-describedby", error.id);
      } else if (control && control.hasAttribute("aria-invalid")) {
        control.removeAttribute("aria-invalid");
        control.removeAttribute("aria-describedby");
      }
    });
    var form = document.querySelector("form[data-annonce]");
    var place = document.getElementById("annonce");
    if (form && place && event.detail.target && event.detail.target.closest("form, main")) {
      place.textContent = form.dataset.annonce;
    }
  });

  // The window before a page is left with Escape.
  document.addEventListener("keydown", function (event) {
    var leave = document.querySelector(".fenetre a[data-testid='annuler']");
    if (event.key === "Escape" && leave) {
      leave.click();
    }
  });

  prepare(document);
})();
