# Completion of chorus-qualif for bash: put this line in ~/.bashrc
#   source <(chorus-qualif completion bash)
_chorus_qualif() {
  local -a words=()
  # Whole words up to the cursor: readline cuts them at = : and @ too.
  read -ra words <<<"${COMP_LINE:0:COMP_POINT}"
  [[ "${COMP_LINE:0:COMP_POINT}" == *[[:space:]] ]] && words+=("")
  local current="${words[${#words[@]} - 1]}" line
  local cut="${current%"${current##*[=:@]}"}"
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ "$line" == ":file" ]]; then
      compopt -o filenames 2>/dev/null
      local value="${current##*=}"
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$value")
    else
      line="${line%%$'\t'*}"
      COMPREPLY+=("${line#"$cut"}")
    fi
  done < <("${words[0]}" complete "${words[@]:1}" 2>/dev/null)
}
complete -F _chorus_qualif chorus-qualif
