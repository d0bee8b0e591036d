/// The script that makes a shell complete command lines: it asks `assay complete` for words.
enum CompletionScript: String, CaseIterable {
  case bash, zsh, fish

  /// The script.
  var text: String {
    switch self {
    case .bash: Self.bashText
    case .zsh: Self.zshText
    case .fish: Self.fishText
    }
  }

  // Bash breaks words at characters such as `=`, `:` and `@`, so the pieces between blanks are joined
  // again, and what precedes the last piece is removed from the words that are offered.
  private static let bashText = #"""
    # bash completion for assay; to load it: source <(assay completion bash)
    _assay() {
      local rest=${COMP_LINE:0:COMP_POINT} piece word line head i
      local -a words=()
      COMPREPLY=()
      for ((i = 0; i <= COMP_CWORD; i++)); do
        piece=${COMP_WORDS[i]}
        if ((i == COMP_CWORD)); then piece=${rest#"${rest%%[![:space:]]*}"}; fi
        if [[ i -eq 0 || $rest == [[:space:]]* ]]; then
          rest=${rest#"${rest%%[![:space:]]*}"}
          words+=("$piece")
        else
          words[${#words[@]}-1]+=$piece
        fi
        rest=${rest#"$piece"}
      done
      word=${words[${#words[@]}-1]}
      local quote=
      if [[ $word == [\'\"]* ]]; then quote=${word:0:1}; fi
      for i in "${!words[@]}"; do words[i]=${words[i]//[\'\"\\]/}; done
      word=${words[${#words[@]}-1]}
      # What precedes the piece that bash replaces.
      head=
      if [[ -z $quote ]]; then
        for ((i = ${#word} - 1; i >= 0; i--)); do
          piece=${word:i:1}
          if [[ $piece == [=:@] && $COMP_WORDBREAKS == *"$piece"* ]]; then
            head=${word:0:i+1}
            break
          fi
        done
      fi
      while IFS= read -r line; do
        case $line in
          :files) compopt -o default 2>/dev/null; COMPREPLY=(); return ;;
          :folders) compopt -o nospace 2>/dev/null
            while IFS= read -r line; do COMPREPLY+=("$line/"); done < <(compgen -d -- "${word#"$head"}")
            return ;;
        esac
        line=${line%%$'\t'*}
        if [[ $line == *[=.] ]]; then compopt -o nospace 2>/dev/null; fi
        line=${line#"$head"}
        if [[ -z $quote ]]; then printf -v line %q "$line"; fi
        COMPREPLY+=("$line")
      done < <("${words[0]}" complete "${words[@]:1}" 2>/dev/null)
    }
    complete -F _assay assay

    """#

  private static let zshText = #"""
    #compdef assay
    # zsh completion for assay; to load it: source <(assay completion zsh)
    _assay() {
      local line
      local -a names abouts
      for line in "${(@f)$("${(@Q)words[1]}" complete "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}"; do
        case $line in
          :files) _files; return ;;
          :folders) _files -/; return ;;
          '') continue ;;
        esac
        names+=("${line%%$'\t'*}")
        if [[ $line == *$'\t'* ]]; then
          abouts+=("${line%%$'\t'*}  -- ${line#*$'\t'}")
        else
          abouts+=("$line")
        fi
      done
      local -a open closed openAbouts closedAbouts
      local i
      for ((i = 1; i <= $#names; i++)); do
        # Words to which something must be added get no blank.
        if [[ $names[i] == *[=.] ]]; then
          open+=("$names[i]") openAbouts+=("$abouts[i]")
        else
          closed+=("$names[i]") closedAbouts+=("$abouts[i]")
        fi
      done
      (( $#open )) && compadd -l -S '' -d openAbouts -a open
      (( $#closed )) && compadd -l -d closedAbouts -a closed
      (( $#names ))
    }
    if (( ! $+functions[compdef] )); then autoload -Uz compinit && compinit; fi
    if [[ $funcstack[1] == _assay ]]; then _assay "$@"; else compdef _assay assay; fi

    """#

  private static let fishText = #"""
    # fish completion for assay; to load it: assay completion fish | source
    function __assay_complete
      set -l words (commandline -opc)
      set -l current (commandline -ct)
      set -l typed "$current"
      # A quote that is still open is not part of the word.
      set typed (string replace -ra '[\'"\\\\]' '' -- $typed)
      set -l lines ($words[1] complete $words[2..-1] "$typed" 2>/dev/null)
      switch "$lines[1]"
        case :files
          __fish_complete_path $current
        case :folders
          __fish_complete_directories $current
        case '*'
          printf '%s\n' $lines
      end
    end
    complete -c assay -f -a '(__assay_complete)'

    """#
}
