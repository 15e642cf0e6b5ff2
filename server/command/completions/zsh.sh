#compdef chorus-qualif
# Completion of chorus-qualif for zsh: put this line in ~/.zshrc, after compinit
#   source <(chorus-qualif completion zsh)
_chorus_qualif() {
  local -a values shown
  local line value
  while IFS= read -r line; do
    if [[ "$line" == ":file" ]]; then
      compset -P '*='
      _files
      return
    fi
    value="${line%%$'\t'*}"
    values+=("$value")
    shown+=("${line/$'\t'/  -- }")
  done < <("${words[1]}" complete "${(@)words[2,CURRENT]}" 2>/dev/null)
  (( ${#values} )) && compadd -l -d shown -a values
}
compdef _chorus_qualif chorus-qualif
