// The rules for the JavaScript of the page, of its tests, and of this file. Names that are not defined are tsc's to find.
import js from "@eslint/js";

const HTML = "Texts of users go into the page as text, never as HTML.";

export default [
  { ignores: [".venv/", "**/build/", "**/dist/", "results/"] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-undef": "off",
      "array-callback-return": "error",
      "eqeqeq": "error",
      "no-else-return": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-restricted-properties": ["error", ...["innerHTML", "outerHTML", "insertAdjacentHTML"].map((property) => ({ property, message: HTML }))],
      "no-shadow": "error",
      "no-unused-expressions": "error",
      "no-useless-return": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-template": "error",
    },
  },
];
