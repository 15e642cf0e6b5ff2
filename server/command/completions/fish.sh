# Completion of chorus-qualif for fish: put this line in ~/.config/fish/config.fish
#   chorus-qualif completion fish | source
function __chorus_qualif
    set -l words (commandline -opc) (commandline -ct)
    for line in ($words[1] complete $words[2..-1] 2>/dev/null)
        if test "$line" = ":file"
            __fish_complete_path (string replace -r '^.*=' '' -- $words[-1])
        else
            echo $line
        end
    end
end
complete -c chorus-qualif -f -a '(__chorus_qualif)'
